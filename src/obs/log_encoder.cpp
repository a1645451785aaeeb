#include "obs/log_encoder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"

namespace sw::obs {
namespace {

using base::json::appendQuoted;
using std::string_view_literals::operator""sv;

constexpr auto kKeyCount = static_cast<std::size_t>(FieldKey::kOther);

/// Keys that a record has by itself; a field may not take their names.
constexpr std::array kReserved = {
    "timestamp"sv, "level"sv,           "service"sv,   "component"sv, "userId"sv,   "operation"sv,
    "duration"sv,  "eventsProcessed"sv, "message"sv,   "traceId"sv,   "spanId"sv,   "requestId"sv,
    "version"sv,   "instance"sv,        "errorType"sv, "stack"sv,     "truncated"sv};

template <class Number>
void appendNumber(std::string& out, Number value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void appendReal(std::string& out, double value) {
  if (std::isfinite(value)) {
    appendNumber(out, value);
  } else {
    out += "null";
  }
}

/// Milliseconds with at most three decimals, as in 1500 or 0.125.
void appendMilliseconds(std::string& out, std::int64_t nanoseconds) {
  const std::int64_t micros = nanoseconds / 1000;
  appendNumber(out, micros / 1000);
  if (std::int64_t rest = std::abs(micros % 1000); rest != 0) {
    out += '.';
    for (std::int64_t unit = 100; unit > 0 && rest > 0; unit /= 10) {
      out += static_cast<char>('0' + rest / unit);
      rest %= unit;
    }
  }
}

bool isAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  return all < 0x80U;
}

/// What all formats share: clean text, the time, and which names are secrets'.
class EncoderBase : public LogEncoder {
 public:
  EncoderBase(LogOptions options, const Redactor& redactor)
      : options_(std::move(options)), redactor_(redactor) {}

 protected:
  /// The text without secrets, as UTF-8; valid until the next call.
  std::string_view clean(std::string_view text) {
    scratch_.clear();
    redactor_.append(scratch_, text);
    if (isAscii(scratch_) || base::isUtf8(scratch_)) return scratch_;
    utf8_.clear();
    base::appendAsUtf8(utf8_, scratch_);
    return utf8_;
  }
  std::string_view clean(const Field& field) {
    if (field.kind == Field::Kind::kSafeText && isAscii(field.text)) return field.text;
    if (field.key == FieldKey::kOther && !field.text.empty() && holdsSecret(field)) {
      return Redactor::kMask;
    }
    return clean(field.text);
  }
  void appendTime(std::string& out, base::Instant when) {
    // The part down to the second changes seldom.
    const auto second = std::chrono::floor<std::chrono::seconds>(when);
    if (second != second_ || timeText_.empty()) {
      second_ = second;
      timeText_.clear();
      base::appendInstant(timeText_, base::Instant(second));
      timeText_.pop_back();
    }
    out += timeText_;
    if (auto micros = (when - second).count(); micros != 0) {
      std::array<char, 7> text{'.'};
      for (std::size_t i = 6; i > 0; --i) {
        text[i] = static_cast<char>('0' + micros % 10);
        micros /= 10;
      }
      out.append(text.data(), text.size());
    }
    out += 'Z';
  }
  void appendQuotedField(std::string& out, const Field& field) {
    switch (field.kind) {
      case Field::Kind::kText:
      case Field::Kind::kSafeText: appendQuoted(out, clean(field)); break;
      case Field::Kind::kInteger: appendNumber(out, field.integer); break;
      case Field::Kind::kReal: appendReal(out, field.real); break;
      case Field::Kind::kBoolean: out += field.integer != 0 ? "true" : "false"; break;
      case Field::Kind::kDuration: appendMilliseconds(out, field.integer); break;
    }
  }
  const LogOptions& options() const { return options_; }

 private:
  bool holdsSecret(const Field& field) {
    // Names are in static storage, so their address says who they are.
    const auto [found, fresh] = secretNames_.try_emplace(field.name.data(), false);
    if (fresh) found->second = Redactor::isSecretName(field.name);
    return found->second;
  }

  LogOptions options_;
  const Redactor& redactor_;
  std::string scratch_;
  std::string utf8_;
  std::string timeText_;
  std::chrono::sys_seconds second_{};
  std::unordered_map<const char*, bool> secretNames_;
};

/// The keys of the requirement's sample, in its order, then the others.
class JsonEncoder final : public EncoderBase {
 public:
  JsonEncoder(const LogOptions& options, const Redactor& redactor)
      : EncoderBase(options, redactor) {
    service_ = R"(,"service":)";
    appendQuoted(service_, options.service);
    service_ += R"(,"component":)";
    for (const auto& [key, value] :
         {std::pair("version", &options.version), std::pair("instance", &options.instance)}) {
      if (value->empty()) continue;
      tail_.append(",\"").append(key) += "\":";
      appendQuoted(tail_, *value);
    }
  }

  void encode(const RecordView& record, std::string& out) override {
    std::array<const Field*, kKeyCount> known{};
    for (const Field& field : record.fields) {
      if (field.key != FieldKey::kOther) known[static_cast<std::size_t>(field.key)] = &field;
    }
    const auto put = [&](FieldKey key, std::string_view name) {
      const Field* field = known[static_cast<std::size_t>(key)];
      if (field == nullptr) return;
      out.append(name);
      appendQuotedField(out, *field);
    };
    out += R"({"timestamp":")";
    appendTime(out, record.when);
    out.append(R"(","level":")").append(toString(record.level)) += '"';
    out.append(service_).append(record.quotedComponent);
    put(FieldKey::kUserId, R"(,"userId":)");
    put(FieldKey::kOperation, R"(,"operation":)");
    put(FieldKey::kDuration, R"(,"duration":)");
    put(FieldKey::kEventsProcessed, R"(,"eventsProcessed":)");
    out += R"(,"message":)";
    appendQuoted(out, clean(record.message));
    put(FieldKey::kTraceId, R"(,"traceId":)");
    put(FieldKey::kSpanId, R"(,"spanId":)");
    put(FieldKey::kRequestId, R"(,"requestId":)");
    out += tail_;
    put(FieldKey::kErrorType, R"(,"errorType":)");
    put(FieldKey::kStack, R"(,"stack":)");
    for (const Field& field : record.fields) {
      if (field.key != FieldKey::kOther) continue;
      const bool taken =
          std::find(kReserved.begin(), kReserved.end(), field.name) != kReserved.end();
      out.append(taken ? ",\"field_" : ",\"").append(field.name) += "\":";
      appendQuotedField(out, field);
    }
    if (record.cut) out += R"(,"truncated":true)";
    out += "}\n";
  }

 private:
  std::string service_;
  std::string tail_;
};

/// Elastic Common Schema 8 with dotted keys; our own facts are below "scheduling.".
class EcsEncoder final : public EncoderBase {
 public:
  using EncoderBase::EncoderBase;

  void encode(const RecordView& record, std::string& out) override {
    out += R"({"@timestamp":")";
    appendTime(out, record.when);
    out.append(R"(","log.level":")").append(base::toLowerAscii(toString(record.level)));
    out += R"(","message":)";
    appendQuoted(out, clean(record.message));
    out += R"(,"ecs.version":"8.11.0","service.name":)";
    appendQuoted(out, options().service);
    for (const auto& [key, value] : {std::pair("service.version", &options().version),
                                     std::pair("service.node.name", &options().instance)}) {
      if (value->empty()) continue;
      out.append(",\"").append(key) += "\":";
      appendQuoted(out, *value);
    }
    out.append(R"(,"log.logger":)").append(record.quotedComponent);
    for (const Field& field : record.fields) {
      out.append(",\"");
      appendName(out, field);
      out += "\":";
      if (field.kind == Field::Kind::kDuration) {
        appendNumber(out, field.integer);  // event.duration is in nanoseconds
      } else {
        appendQuotedField(out, field);
      }
    }
    if (record.cut) out += R"(,"scheduling.truncated":true)";
    out += "}\n";
  }

 private:
  static void appendName(std::string& out, const Field& field) {
    static constexpr std::array<std::string_view, kKeyCount> kNames = {
        "user.id",          "event.action", "event.duration",  "scheduling.events_processed",
        "trace.id",         "span.id",      "http.request.id", "error.type",
        "error.stack_trace"};
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kHttp = {{
        {"method", "http.request.method"},
        {"status", "http.response.status_code"},
        {"requestBytes", "http.request.body.bytes"},
        {"responseBytes", "http.response.body.bytes"},
    }};
    if (field.key != FieldKey::kOther) {
      out += kNames[static_cast<std::size_t>(field.key)];
      return;
    }
    for (const auto& [ours, theirs] : kHttp) {
      if (field.name == ours) {
        out += theirs;
        return;
      }
    }
    out.append("scheduling.").append(field.name);
  }
};

/// "09:00:00.123456 INFO  calendar-sync  message  operation=sync_calendar duration=1500ms".
class ConsoleEncoder final : public EncoderBase {
 public:
  using EncoderBase::EncoderBase;

  void encode(const RecordView& record, std::string& out) override {
    time_.clear();
    appendTime(time_, record.when);
    const std::string_view clock = std::string_view(time_).substr(time_.find('T') + 1);
    out.append(clock.substr(0, clock.size() - 1))
        .append(15 - std::min<std::size_t>(clock.size() - 1, 15), ' ');
    out += ' ';
    colour(out, record.level);
    const std::string_view level = toString(record.level);
    out.append(level).append(6 - level.size(), ' ');
    if (options().colour) out += "\x1b[0m";
    out.append(record.component).append("  ");
    appendVisible(out, clean(record.message));
    for (const Field& field : record.fields) {
      out.append(field.key == FieldKey::kOther ? " " : "  ");
      static constexpr std::array<std::string_view, kKeyCount> kNames = {
          "userId",    "operation", "duration", "eventsProcessed", "traceId", "spanId",
          "requestId", "errorType", "stack"};
      out.append(field.key == FieldKey::kOther ? field.name
                                               : kNames[static_cast<std::size_t>(field.key)]);
      out += '=';
      if (field.kind == Field::Kind::kText || field.kind == Field::Kind::kSafeText) {
        appendVisible(out, clean(field));
      } else {
        appendQuotedField(out, field);
        if (field.kind == Field::Kind::kDuration) out += "ms";
      }
    }
    out += '\n';
  }

 private:
  /// Control characters could move the cursor of a terminal or forge a line.
  static void appendVisible(std::string& out, std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte != 0x7F) {
        out += c;
      } else {
        static constexpr std::string_view kHex = "0123456789abcdef";
        out.append("\\x") += kHex[byte >> 4U];
        out += kHex[byte & 0xFU];
      }
    }
  }
  void colour(std::string& out, Level level) const {
    if (!options().colour) return;
    switch (level) {
      case Level::kError: out += "\x1b[31m"; break;
      case Level::kWarn: out += "\x1b[33m"; break;
      case Level::kInfo: out += "\x1b[32m"; break;
      case Level::kDebug: out += "\x1b[90m"; break;
    }
  }

  std::string time_;
};

}  // namespace

std::unique_ptr<LogEncoder> makeLogEncoder(const LogOptions& options, const Redactor& redactor) {
  switch (options.format) {
    case LogFormat::kJson: return std::make_unique<JsonEncoder>(options, redactor);
    case LogFormat::kEcs: return std::make_unique<EcsEncoder>(options, redactor);
    case LogFormat::kConsole: return std::make_unique<ConsoleEncoder>(options, redactor);
  }
  return nullptr;
}

}  // namespace sw::obs
