#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"

namespace sw::calendar {

enum class Frequency : std::uint8_t {
  kSecondly,
  kMinutely,
  kHourly,
  kDaily,
  kWeekly,
  kMonthly,
  kYearly,
};

/// Counted from Monday, as ISO 8601 does.
enum class Weekday : std::uint8_t {
  kMonday,
  kTuesday,
  kWednesday,
  kThursday,
  kFriday,
  kSaturday,
  kSunday,
};

/// A value of BYDAY: every such day, or the n-th of the month or year (from its end if negative).
struct WeekdayNumber {
  Weekday day = Weekday::kMonday;
  std::int8_t ordinal = 0;  // 0: every; else -53 to 53

  friend auto operator<=>(const WeekdayNumber&, const WeekdayNumber&) = default;
};

/// The last moment a rule may reach, inclusive.
struct Until {
  enum class Kind : std::uint8_t {
    kDate,   // the whole of that day, in the series' own wall clock
    kLocal,  // a wall-clock time, compared as such
    kUtc,    // an instant (of a whole-day series, which has no instants: its date)
  };
  Kind kind = Kind::kDate;
  base::LocalSeconds time{};  // for `kUtc` the seconds are those of UTC

  friend bool operator==(const Until&, const Until&) = default;
};

/// A recurrence rule (RFC 5545, section 3.3.10) as data. Every list is ascending and without
/// repeats, which `normalize` sees to; an empty list means that the part is absent.
struct RecurrenceRule {
  Frequency frequency = Frequency::kDaily;
  std::uint32_t interval = 1;  // 1 to kMaxInterval
  std::optional<std::uint32_t> count;
  std::optional<Until> until;
  std::vector<std::uint8_t> bySecond;  // 0 to 60
  std::vector<std::uint8_t> byMinute;  // 0 to 59
  std::vector<std::uint8_t> byHour;    // 0 to 23
  std::vector<WeekdayNumber> byDay;
  std::vector<std::int8_t> byMonthDay;  // 1 to 31, -31 to -1
  std::vector<std::int16_t> byYearDay;  // 1 to 366, -366 to -1
  std::vector<std::int8_t> byWeekNo;    // 1 to 53, -53 to -1
  std::vector<std::uint8_t> byMonth;    // 1 to 12
  std::vector<std::int16_t> bySetPos;   // 1 to 366, -366 to -1
  Weekday weekStart = Weekday::kMonday;

  friend bool operator==(const RecurrenceRule&, const RecurrenceRule&) = default;
};

inline constexpr std::uint32_t kMaxInterval = 1'000'000'000;
inline constexpr std::uint32_t kMaxCount = 1'000'000'000;
/// Longer rule texts are refused; every value of every part fits in it.
inline constexpr std::size_t kMaxRuleText = 16 * 1024;

enum class Strictness {
  kStrict,
  /// Repairs what calendar files of the world get wrong without changing what a rule means:
  /// blanks, empty parts, a repeated equal part, X- parts, a bare "RRULE:" in front, INTERVAL=0.
  kLenient,
};

/// Reads the value of an RRULE or EXRULE, in upper or lower case. Combinations that the RFC rules
/// out but whose meaning is plain are accepted: COUNT with UNTIL (whichever ends first), BYxxx
/// parts with a frequency that has no row for them (they limit), BYSETPOS alone, numbered BYDAY
/// outside months and years (the number is left aside).
/// `kInvalid` lists every problem, one detail a part; RSCALE and SKIP (RFC 7529) are refused by
/// name. What `kLenient` repaired is told in `notes` when given. Does not block.
base::Result<RecurrenceRule> parseRule(std::string_view text,
                                       Strictness strictness = Strictness::kStrict,
                                       std::vector<std::string>* notes = nullptr);

/// The canonical text, without "RRULE:": parts in a fixed order, defaults left out. Reading it
/// gives the same rule again.
std::string formatRule(const RecurrenceRule& rule);

/// Sorts every list and removes repeats.
void normalize(RecurrenceRule& rule);

/// A DATE or DATE-TIME of RFC 5545 (sections 3.3.4 and 3.3.5) in its basic form.
struct BasicTime {
  Until::Kind kind;
  base::LocalSeconds time;
};
/// Reads "20260301", "20260301T090000" or "20260301T090000Z", years 0001 to 9999; a second of 60
/// is read as 59 (section 3.3.12). Nothing where the text is not exactly that.
std::optional<BasicTime> parseBasicTime(std::string_view text);
/// Writes what `parseBasicTime` reads.
void appendBasicTime(std::string& out, Until::Kind kind, base::LocalSeconds time);

}  // namespace sw::calendar
