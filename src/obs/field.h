#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace sw::obs {

/// What a field of a log record is: one of the keys with a place of their own in every format,
/// or any other name.
enum class FieldKey : std::uint8_t {
  kUserId,
  kOperation,
  kDuration,
  kEventsProcessed,
  kTraceId,
  kSpanId,
  kRequestId,
  kErrorType,
  kStack,
  kOther,
};

/// A text known when the program is compiled, so that it can hold no secret and is written as
/// it is.
class StaticText {
 public:
  template <std::size_t N>
  consteval StaticText(const char (&text)[N]) : text_(text, N - 1) {}
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

/// One field of a log record: a view that lives as long as the call that logs it.
struct Field {
  enum class Kind : std::uint8_t { kText, kSafeText, kInteger, kReal, kBoolean, kDuration };

  FieldKey key = FieldKey::kOther;
  Kind kind = Kind::kText;
  std::string_view name{};  // of kOther, in static storage
  std::string_view text{};
  union {
    std::int64_t integer = 0;  // of kDuration in nanoseconds
    double real;
  };
};

namespace detail {
constexpr Field textField(FieldKey key, std::string_view text) {
  Field made;
  made.key = key;
  made.text = text;
  return made;
}
}  // namespace detail

constexpr Field userId(std::string_view id) { return detail::textField(FieldKey::kUserId, id); }
constexpr Field requestId(std::string_view id) {
  return detail::textField(FieldKey::kRequestId, id);
}
constexpr Field traceId(std::string_view hex) { return detail::textField(FieldKey::kTraceId, hex); }
constexpr Field spanId(std::string_view hex) { return detail::textField(FieldKey::kSpanId, hex); }
constexpr Field errorType(std::string_view type) {
  return detail::textField(FieldKey::kErrorType, type);
}
constexpr Field stack(std::string_view trace) { return detail::textField(FieldKey::kStack, trace); }
constexpr Field operation(std::string_view name) {
  return detail::textField(FieldKey::kOperation, name);
}
constexpr Field duration(std::chrono::nanoseconds value) {
  Field made;
  made.key = FieldKey::kDuration;
  made.kind = Field::Kind::kDuration;
  made.integer = value.count();
  return made;
}
constexpr Field eventsProcessed(std::int64_t count) {
  Field made;
  made.key = FieldKey::kEventsProcessed;
  made.kind = Field::Kind::kInteger;
  made.integer = count;
  return made;
}

/// A field of any other name. The name must not be one of the keys above or of those that the
/// logger writes itself; it is written with "field_" before it otherwise.
constexpr Field field(StaticText name, std::string_view value) {
  Field made = detail::textField(FieldKey::kOther, value);
  made.name = name.view();
  return made;
}
/// As above, for a text that can hold no secret, such as a route's template: it is not searched.
constexpr Field safeField(StaticText name, std::string_view value) {
  Field made = field(name, value);
  made.kind = Field::Kind::kSafeText;
  return made;
}
template <std::integral T>
constexpr Field field(StaticText name, T value) {
  Field made;
  made.kind = std::same_as<T, bool> ? Field::Kind::kBoolean : Field::Kind::kInteger;
  made.name = name.view();
  made.integer = static_cast<std::int64_t>(value);
  return made;
}
constexpr Field field(StaticText name, double value) {
  Field made;
  made.kind = Field::Kind::kReal;
  made.name = name.view();
  made.real = value;
  return made;
}

}  // namespace sw::obs
