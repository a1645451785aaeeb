#include "obs/performance.h"

#include <algorithm>
#include <array>

#include "obs/trace.h"

namespace sw::obs {
namespace {

std::string_view nameOf(const Field& field) {
  switch (field.key) {
    case FieldKey::kUserId: return "userId";
    case FieldKey::kOperation: return "operation";
    case FieldKey::kDuration: return "duration";
    case FieldKey::kEventsProcessed: return "eventsProcessed";
    case FieldKey::kTraceId: return "traceId";
    case FieldKey::kSpanId: return "spanId";
    case FieldKey::kRequestId: return "requestId";
    case FieldKey::kErrorType: return "errorType";
    case FieldKey::kStack: return "stack";
    case FieldKey::kOther: break;
  }
  return field.name;
}

Attribute attributeOf(const Field& field) {
  Attribute made;
  made.key = nameOf(field);
  switch (field.kind) {
    case Field::Kind::kText:
    case Field::Kind::kSafeText:  // of the log, which need not live as long as a span's
      made.kind =
          field.key == FieldKey::kUserId ? Attribute::Kind::kUserId : Attribute::Kind::kText;
      break;
    case Field::Kind::kInteger: made.integer = field.integer; return made;
    case Field::Kind::kBoolean:
      made.kind = Attribute::Kind::kBoolean;
      made.integer = field.integer;
      return made;
    case Field::Kind::kReal:
      made.kind = Attribute::Kind::kReal;
      made.real = field.real;
      return made;
    case Field::Kind::kDuration:
      made.kind = Attribute::Kind::kReal;
      made.real = static_cast<double>(field.integer) / 1e6;
      return made;
  }
  made.size = static_cast<std::uint32_t>(field.text.size());
  made.data = field.text.data();
  return made;
}

}  // namespace

Performance::Performance(Log& log) : logger_(log.logger("performance")) {}

void Performance::record(StaticText name, double value,
                         std::initializer_list<Field> attributes) const {
  const std::size_t count = std::min(attributes.size(), kMaxAttributes);
  std::array<Attribute, kMaxAttributes + 1> ofSpan;
  std::array<Field, kMaxAttributes + 2> ofLog;
  ofSpan[0] = attribute("value", value);
  ofLog[0] = safeField("metric", name.view());
  ofLog[1] = field("value", value);
  for (std::size_t i = 0; i < count; ++i) {
    const Field& given = attributes.begin()[i];
    ofSpan.at(i + 1) = attributeOf(given);
    ofLog.at(i + 2) = given;
  }
  recordEvent(name, std::span(ofSpan).first(count + 1));
  logger_.log(Level::kInfo, name.view(), std::span<const Field>(ofLog).first(count + 2));
  if (sink_ != nullptr) {
    sink_->record(name.view(), value, std::span<const Field>(attributes.begin(), count));
  }
}

}  // namespace sw::obs
