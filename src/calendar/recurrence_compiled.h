#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "calendar/recurrence_civil.h"
#include "calendar/recurrence_rule.h"

namespace sw::calendar {

/// Days of one year, bit 0 of the first word being 1 January.
using YearDays = std::array<std::uint64_t, 6>;

/// A rule laid out for expansion: masks in place of lists, with what the rule leaves to DTSTART
/// filled in. Made once a rule, then immutable; any number of walkers may share it.
struct CompiledRule {
  /// `start` is DTSTART's wall clock (midnight for whole days, whose BYHOUR, BYMINUTE and
  /// BYSECOND have no meaning and are left aside). A rule with a frequency below a day must not
  /// be combined with whole days.
  CompiledRule(const RecurrenceRule& rule, base::LocalSeconds start, bool allDay);

  /// How occurrences are found.
  enum class Method : std::uint8_t {
    kPattern,     // the same seconds in every period of days or weeks: plain arithmetic
    kDaysOfYear,  // daily with limits: a year's days at a time
    kWeeks,
    kMonths,
    kYears,
    kClock,  // below a day: steps of a unit, skipping what cannot match
  };

  Method method;
  std::int64_t interval;
  std::int64_t start;  // wall clock; nothing earlier is emitted
  std::int64_t startDay;
  std::int64_t limit;  // nothing later is emitted (local UNTIL, else the end of 9999)

  // Days. Zero or empty: no limit by that part.
  bool limitsDays = false;          // any of the parts below but `weekdays` of weekly rules
  bool limitsByYear = false;        // needs the whole year: BYYEARDAY or BYWEEKNO
  std::uint16_t months = 0;         // bit 1 to 12
  std::uint32_t monthDays = 0;      // bit 0 is the first
  std::uint32_t monthDaysBack = 0;  // bit 30 is the last, bit 29 the one before
  std::vector<std::int16_t> yearDays;
  std::uint64_t weeks = 0;      // bit 1 to 53
  std::uint64_t weeksBack = 0;  // bit 1 is the last
  bool hasWeekdays = false;     // BYDAY of any kind
  std::uint8_t weekdays = 0;    // bit 0 is Monday
  std::vector<WeekdayNumber> numbered;
  bool numberedInMonth = false;
  int weekStart = 0;  // 0 is Monday

  /// Of `kPattern`: seconds from the begin of a day or week, ascending.
  std::vector<std::int32_t> pattern;
  std::int64_t periodDays = 1;  // 1 or 7

  /// Seconds of the day (daily and slower), or of the unit (`kClock`), ascending.
  std::vector<std::int32_t> times;
  /// BYSETPOS where a set spans days: from the front (from 0), and from the back (-1 the last).
  std::vector<std::int32_t> positions;
  std::vector<std::int32_t> positionsBack;

  // `kClock` only.
  std::int64_t unit = 1;      // seconds
  std::uint32_t hours = 0;    // bit 0 to 23
  std::uint64_t minutes = 0;  // bit 0 to 59
  std::uint64_t seconds = 0;  // bit 0 to 59
  bool allHours = true;
  bool allMinutes = true;
  bool allSeconds = true;

 private:
  void compileDays(const RecurrenceRule& rule);
  void compileImpliedDays(const RecurrenceRule& rule);
  void compileTimes(const RecurrenceRule& rule, bool allDay);
  void compilePositions(const RecurrenceRule& rule);
  void compilePattern();
};

/// The days of `year` that pass every day part of the rule (RFC 5545, section 3.3.10, the table
/// of expanding and limiting parts).
YearDays daysOfYear(const CompiledRule& rule, int year);

/// The same for one month, bit 0 being its first day. `firstDay` is the day number of that.
std::uint32_t daysOfMonth(const CompiledRule& rule, int year, int month, std::int64_t firstDay);

}  // namespace sw::calendar
