#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "base/zone.h"

namespace sw::calendar {

/// Civil-day arithmetic of the expander: days are integers counted from 1970-01-01, wall-clock
/// seconds are counted from its midnight, both in the proleptic Gregorian calendar.

inline constexpr std::int64_t kDaySeconds = 86400;
inline constexpr int kFirstYear = 1;
inline constexpr int kLastYear = 9999;

constexpr std::int64_t floorDiv(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}
/// The remainder in 0 to by - 1.
constexpr std::int64_t floorMod(std::int64_t value, std::int64_t by) {
  const std::int64_t rest = value % by;
  return rest < 0 ? rest + by : rest;
}

constexpr bool isLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// 1 January of `year`, which is 0 or later.
constexpr std::int64_t januaryFirst(int year) {
  const auto before = static_cast<std::uint32_t>(year + 399);  // counts from the year -400 on
  const std::uint32_t leapDays = before / 4 - before / 100 + before / 400;
  // 719162 days lie between 0001-01-01 and the epoch; 146097 in the 400 years added above.
  return std::int64_t{before} * 365 + leapDays - 146097 - 719162;
}
static_assert(januaryFirst(1970) == 0);
static_assert(januaryFirst(2001) == 11323);
static_assert(januaryFirst(1) == -719162);

/// 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday.
constexpr int weekdayOf(std::int64_t day) { return static_cast<int>(floorMod(day + 3, 7)); }

/// Days of a year before each month (0 for January), for common and leap years.
inline constexpr std::array<std::array<std::int16_t, 13>, 2> kDaysBefore = {
    {{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
     {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366}}};

struct CivilDate {
  int year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

inline CivilDate civilOf(std::int64_t day) {
  const std::chrono::year_month_day date{
      std::chrono::local_days(std::chrono::days(static_cast<int>(day)))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

inline std::int64_t secondsOf(base::LocalSeconds local) { return local.time_since_epoch().count(); }
inline std::int64_t secondsOf(base::UtcSeconds utc) { return utc.time_since_epoch().count(); }
inline base::LocalSeconds localOf(std::int64_t seconds) {
  return base::LocalSeconds(std::chrono::seconds(seconds));
}
inline base::UtcSeconds utcOf(std::int64_t seconds) {
  return base::UtcSeconds(std::chrono::seconds(seconds));
}

/// The wall-clock range of all occurrences: years 0001 to 9999.
inline constexpr std::int64_t kMinLocal = januaryFirst(kFirstYear) * kDaySeconds;
inline constexpr std::int64_t kMaxLocal = januaryFirst(kLastYear + 1) * kDaySeconds - 1;

}  // namespace sw::calendar
