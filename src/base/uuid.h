#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sw::base {

/// A 128-bit identifier (RFC 9562). The nil value means "none".
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// 36 characters, lower case, with hyphens.
  [[nodiscard]] std::string toString() const;
  /// Appends what `toString` gives.
  void appendTo(std::string& out) const;
  /// Only the 36-character form, in either case; nothing else is an id.
  static std::optional<Uuid> parse(std::string_view text);
  /// From exactly 16 bytes, as stored in the database.
  static std::optional<Uuid> fromBytes(std::span<const std::uint8_t> raw);

  [[nodiscard]] bool isNil() const { return *this == Uuid{}; }
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// A new UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds from `clock`, the rest from the
/// operating system's random source, so that it cannot be guessed. Thread-safe.
Uuid newUuid(const Clock& clock);

}  // namespace sw::base

template <>
struct std::hash<sw::base::Uuid> {
  std::size_t operator()(const sw::base::Uuid& id) const noexcept;
};
