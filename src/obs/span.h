#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/field.h"
#include "obs/trace_context.h"

namespace sw::obs {

/// Numbered as in OTLP.
enum class SpanKind : std::uint8_t { kInternal = 1, kServer, kClient, kProducer, kConsumer };
enum class SpanStatus : std::uint8_t { kUnset, kOk, kError };

/// A property of a span. Given to a span it is a view that lives as long as the call; what is
/// kept lies with its trace (see `KeptTrace::text`).
struct Attribute {
  enum class Kind : std::uint8_t {
    kSafeText,  // in static storage, holds no secret
    kText,      // searched for secrets before it leaves the process
    kUrl,       // an address, or path and query of one: loses its secrets
    kQuery,     // what follows the question mark: loses its values
    kUserId,    // leaves the process as a keyed hash
    kInteger,
    kReal,
    kBoolean,
  };

  std::string_view key;  // in static storage
  Kind kind = Kind::kInteger;
  std::uint32_t size = 0;  // of a text
  union {
    std::int64_t integer = 0;  // of a kept text: where it begins
    double real;
    const char* data;
  };

  [[nodiscard]] bool isText() const { return kind <= Kind::kUserId; }
  [[nodiscard]] bool isKept() const { return isText() && kind != Kind::kSafeText; }
};

namespace detail {
constexpr Attribute textAttribute(StaticText key, Attribute::Kind kind, std::string_view text) {
  Attribute made;
  made.key = key.view();
  made.kind = kind;
  made.size = static_cast<std::uint32_t>(text.size());
  made.data = text.data();
  return made;
}
}  // namespace detail

/// A text that may hold anything.
constexpr Attribute attribute(StaticText key, std::string_view text) {
  return detail::textAttribute(key, Attribute::Kind::kText, text);
}
/// A text in static storage that can hold no secret, such as a route's template.
constexpr Attribute safeAttribute(StaticText key, std::string_view text) {
  return detail::textAttribute(key, Attribute::Kind::kSafeText, text);
}
/// An address, or path and query of one.
constexpr Attribute urlAttribute(StaticText key, std::string_view text) {
  return detail::textAttribute(key, Attribute::Kind::kUrl, text);
}
constexpr Attribute queryAttribute(StaticText key, std::string_view text) {
  return detail::textAttribute(key, Attribute::Kind::kQuery, text);
}
constexpr Attribute userAttribute(StaticText key, std::string_view id) {
  return detail::textAttribute(key, Attribute::Kind::kUserId, id);
}
template <std::integral T>
constexpr Attribute attribute(StaticText key, T value) {
  Attribute made;
  made.key = key.view();
  made.kind = std::same_as<T, bool> ? Attribute::Kind::kBoolean : Attribute::Kind::kInteger;
  made.integer = static_cast<std::int64_t>(value);
  return made;
}
constexpr Attribute attribute(StaticText key, double value) {
  Attribute made;
  made.key = key.view();
  made.kind = Attribute::Kind::kReal;
  made.real = value;
  return made;
}

/// A span that has ended, or an event of one.
struct SpanRecord {
  SpanId id = 0;           // 0: an event, of the span `parent`
  SpanId parent = 0;       // 0: none
  std::int64_t start = 0;  // nanoseconds; since 1970 in a kept trace, else of the steady clock
  std::int64_t end = 0;
  std::string_view name;  // in static storage
  std::uint32_t firstAttribute = 0;
  std::uint16_t attributes = 0;
  SpanKind kind = SpanKind::kInternal;
  SpanStatus status = SpanStatus::kUnset;

  [[nodiscard]] bool isEvent() const { return id == 0; }
};

/// A whole trace (of this process) that was found worth keeping.
struct KeptTrace {
  enum class Why : std::uint8_t { kSampled, kFailed, kSlow };

  TraceId id;
  SpanId root = 0;
  std::string state;  // of `tracestate`
  bool sampled = false;
  Why why = Why::kSampled;
  base::Instant start{};
  std::chrono::nanoseconds duration{0};
  std::string requestId;  // this and `target` are empty where it is sampled and nothing else
  std::string operation;  // "GET /events/{id}"
  std::string target;     // path and query, as sent until `masked`
  int status = 0;         // of HTTP; 0: none
  std::vector<SpanRecord> spans;  // the root last; times since 1970
  std::vector<Attribute> attributes;
  std::string texts;
  std::vector<std::uint64_t> records;  // log records as `RecordPlan` writes them
  std::uint32_t lostSpans = 0;         // that found no room
  std::uint32_t lostAttributes = 0;
  std::uint32_t lostRecords = 0;
  bool masked = false;  // secrets are gone: see `TraceMask`

  [[nodiscard]] std::string_view text(const Attribute& attribute) const {
    if (attribute.kind == Attribute::Kind::kSafeText) return {attribute.data, attribute.size};
    return std::string_view(texts).substr(static_cast<std::size_t>(attribute.integer),
                                          attribute.size);
  }
  /// The spans proper, without events.
  [[nodiscard]] std::size_t spanCount() const;
};

/// Receives traces that are kept. Called on the thread that ended the trace: fast, never waits.
class TraceKeeper {
 public:
  TraceKeeper() = default;
  TraceKeeper(const TraceKeeper&) = delete;
  TraceKeeper& operator=(const TraceKeeper&) = delete;
  virtual ~TraceKeeper() = default;

  virtual void keep(std::shared_ptr<KeptTrace> trace) = 0;
};

}  // namespace sw::obs
