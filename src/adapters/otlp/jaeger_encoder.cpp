#include "adapters/otlp/jaeger_encoder.h"

#include <bit>
#include <cstdint>
#include <string_view>

namespace sw::otlp {
namespace {

using obs::Attribute;
using obs::KeptTrace;
using obs::SpanRecord;

enum Type : std::uint8_t {
  kStop = 0,
  kBool = 2,
  kDouble = 4,
  kI32 = 8,
  kI64 = 10,
  kString = 11,
  kStruct = 12,
  kList = 15,
};

// jaeger.thrift's TagType.
enum TagType : std::int32_t { kTagString = 0, kTagDouble = 1, kTagBool = 2, kTagLong = 3 };

constexpr std::int32_t kFlagSampled = 1;

std::int64_t asSigned(std::uint64_t word) { return std::bit_cast<std::int64_t>(word); }
std::int64_t microseconds(std::int64_t nanoseconds) { return nanoseconds / 1000; }

/// Thrift's binary protocol: numbers in network order, a header before each field.
class ThriftWriter {
 public:
  explicit ThriftWriter(std::string& out) : out_(out) {}

  void i32(std::int16_t field, std::int32_t value) {
    header(kI32, field);
    word(static_cast<std::uint32_t>(value), 4);
  }
  void i64(std::int16_t field, std::int64_t value) {
    header(kI64, field);
    word(static_cast<std::uint64_t>(value), 8);
  }
  void real(std::int16_t field, double value) {
    header(kDouble, field);
    word(std::bit_cast<std::uint64_t>(value), 8);
  }
  void boolean(std::int16_t field, bool value) {
    header(kBool, field);
    word(value ? 1 : 0, 1);
  }
  void text(std::int16_t field, std::string_view value) {
    header(kString, field);
    word(value.size(), 4);
    out_.append(value);
  }
  void structure(std::int16_t field) { header(kStruct, field); }
  void end() { word(kStop, 1); }

  /// A list of structures, whose number is told at its end.
  [[nodiscard]] std::size_t beginList(std::int16_t field) {
    header(kList, field);
    word(kStruct, 1);
    word(0, 4);
    return out_.size() - 4;
  }
  void endList(std::size_t begun, std::size_t count) {
    for (unsigned i = 0; i < 4; ++i) out_[begun + i] = static_cast<char>(count >> (24 - 8 * i));
  }

 private:
  void header(Type type, std::int16_t field) {
    word(type, 1);
    word(static_cast<std::uint16_t>(field), 2);
  }
  void word(std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) out_.push_back(static_cast<char>(value >> (8 * i)));
  }

  std::string& out_;
};

/// The tags of one list, counted.
class Tags {
 public:
  Tags(ThriftWriter& out, std::int16_t field) : out_(out), begun_(out.beginList(field)) {}
  void end() { out_.endList(begun_, count_); }

  void text(std::string_view key, std::string_view value) {
    begin(key, kTagString);
    out_.text(3, value);
    out_.end();
  }
  void real(std::string_view key, double value) {
    begin(key, kTagDouble);
    out_.real(4, value);
    out_.end();
  }
  void boolean(std::string_view key, bool value) {
    begin(key, kTagBool);
    out_.boolean(5, value);
    out_.end();
  }
  void integer(std::string_view key, std::int64_t value) {
    begin(key, kTagLong);
    out_.i64(6, value);
    out_.end();
  }
  void attributes(const KeptTrace& trace, const SpanRecord& span) {
    for (std::size_t i = 0; i < span.attributes; ++i) {
      const Attribute& one = trace.attributes[span.firstAttribute + i];
      switch (one.kind) {
        case Attribute::Kind::kInteger: integer(one.key, one.integer); break;
        case Attribute::Kind::kReal: real(one.key, one.real); break;
        case Attribute::Kind::kBoolean: boolean(one.key, one.integer != 0); break;
        default: text(one.key, trace.text(one)); break;
      }
    }
  }

 private:
  void begin(std::string_view key, TagType type) {
    ++count_;
    out_.text(1, key);
    out_.i32(2, type);
  }

  ThriftWriter& out_;
  std::size_t begun_;
  std::size_t count_ = 0;
};

std::string_view kindOf(obs::SpanKind kind) {
  switch (kind) {
    case obs::SpanKind::kServer: return "server";
    case obs::SpanKind::kClient: return "client";
    case obs::SpanKind::kProducer: return "producer";
    case obs::SpanKind::kConsumer: return "consumer";
    case obs::SpanKind::kInternal: break;
  }
  return "internal";
}

void writeLogs(ThriftWriter& out, const KeptTrace& trace, const SpanRecord& span) {
  const std::size_t list = out.beginList(11);
  std::size_t count = 0;
  for (const SpanRecord& event : trace.spans) {
    if (!event.isEvent() || event.parent != span.id) continue;
    ++count;
    out.i64(1, microseconds(event.start));
    Tags fields(out, 2);
    fields.text("event", event.name);
    fields.attributes(trace, event);
    fields.end();
    out.end();
  }
  out.endList(list, count);
}

void writeSpan(ThriftWriter& out, const KeptTrace& trace, const SpanRecord& span) {
  const bool root = span.id == trace.root;
  out.i64(1, asSigned(trace.id.low));
  out.i64(2, asSigned(trace.id.high));
  out.i64(3, asSigned(span.id));
  out.i64(4, asSigned(span.parent));
  out.text(5, span.name);
  out.i32(7, kFlagSampled);  // Jaeger drops what is not; this trace was found worth keeping
  out.i64(8, microseconds(span.start));
  out.i64(9, microseconds(span.end - span.start));
  Tags tags(out, 10);
  tags.text("span.kind", kindOf(span.kind));
  tags.attributes(trace, span);
  if (span.status == obs::SpanStatus::kError) {
    tags.boolean("error", true);
    tags.text("otel.status_code", "ERROR");
  }
  if (!trace.state.empty()) tags.text("w3c.tracestate", trace.state);
  if (root && trace.lostSpans > 0) tags.integer("trace.lost_spans", trace.lostSpans);
  tags.end();
  writeLogs(out, trace, span);
  out.end();
}

}  // namespace

std::string encodeJaeger(const Resource& resource,
                         std::span<const std::shared_ptr<obs::KeptTrace>> traces) {
  constexpr std::size_t kUsualTrace = 2048;  // bytes
  std::string body;
  body.reserve(traces.size() * kUsualTrace);
  ThriftWriter out(body);
  out.structure(1);
  out.text(1, resource.serviceName);
  Tags tags(out, 2);
  for (const auto& [key, value] : resource.attributes) tags.text(key, value);
  tags.end();
  out.end();
  const std::size_t list = out.beginList(2);
  std::size_t count = 0;
  for (const auto& trace : traces) {
    for (const SpanRecord& span : trace->spans) {
      if (span.isEvent()) continue;
      writeSpan(out, *trace, span);
      ++count;
    }
  }
  out.endList(list, count);
  out.end();
  return body;
}

}  // namespace sw::otlp
