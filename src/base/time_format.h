#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/zone.h"

namespace sw::base {

/// A date-time of RFC 3339 (section 5.6) as written: wall clock and, where given, offset.
struct ParsedDateTime {
  LocalSeconds local;
  std::chrono::microseconds fraction{0};       // below one second; finer digits are cut
  std::optional<std::chrono::seconds> offset;  // none when the text has neither Z nor offset
};

/// Reads "2026-03-01T09:00:00[.5][Z|+01:00]", years 0001 to 9999; a second of 60 is refused.
/// Nothing where the text is not exactly that.
std::optional<ParsedDateTime> parseDateTime(std::string_view text);
/// Reads "2026-03-01", years 0001 to 9999.
std::optional<std::chrono::local_days> parseDate(std::string_view text);

/// "2026-03-01T08:00:00.123456Z", without the fraction when it is zero.
std::string formatInstant(Instant instant);
void appendInstant(std::string& out, Instant instant);
/// "2026-03-01T09:00:00+01:00" ("Z" for an offset of zero).
void appendDateTime(std::string& out, LocalSeconds local, std::chrono::seconds offset);
/// "2026-03-01T09:00:00".
void appendLocal(std::string& out, LocalSeconds local);
/// "2026-03-01".
void appendDate(std::string& out, std::chrono::local_days date);
/// "20260301T080000Z", the basic form of ISO 8601 that occurrence ids carry.
void appendBasicUtc(std::string& out, UtcSeconds instant);
/// Reads what `appendBasicUtc` writes.
std::optional<UtcSeconds> parseBasicUtc(std::string_view text);

/// The range every time of the program lies in: years 0001 to 9999.
inline constexpr UtcSeconds kMinTime{std::chrono::seconds(-62135596800)};
inline constexpr UtcSeconds kMaxTime{std::chrono::seconds(253402300799)};

}  // namespace sw::base
