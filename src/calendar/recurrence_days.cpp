#include <algorithm>

#include "calendar/recurrence_compiled.h"

namespace sw::calendar {
namespace {

/// Bit 0 of every stretch of seven bits.
constexpr std::uint64_t kEverySeventh = 0x8102040810204081;

/// Weekdays (bit 0 Monday) turned so that bit 0 stands for the weekday `first`.
constexpr std::uint32_t turned(std::uint32_t weekdays, int first) {
  return ((weekdays >> first) | (weekdays << (7 - first))) & 0x7F;
}

void setDays(YearDays& days, int first, int count) {
  for (int i = std::max(first, 0); i < first + count; ++i) {
    days[static_cast<std::size_t>(i) >> 6] |= std::uint64_t{1} << (i & 63);
  }
}

/// Adds up to 31 days from `first` on.
void addDays(YearDays& days, int first, std::uint32_t bits) {
  const auto word = static_cast<std::size_t>(first) >> 6;
  const int shift = first & 63;
  days[word] |= std::uint64_t{bits} << shift;
  if (shift > 32 && word + 1 < days.size()) days[word + 1] |= std::uint64_t{bits} >> (64 - shift);
}

void keep(YearDays& days, const YearDays& others) {
  for (std::size_t i = 0; i < days.size(); ++i) days[i] &= others[i];
}

YearDays wholeYear(int length) {
  YearDays days;
  days.fill(~std::uint64_t{0});
  days[5] = (std::uint64_t{1} << (length - 320)) - 1;
  return days;
}

/// Adds the n-th weekday of a stretch of `length` days that begins with the weekday `first`;
/// gives its index, or -1 where the stretch has no such day.
int numberedDay(const WeekdayNumber& value, int first, int length) {
  int index = static_cast<int>(value.day) - first;
  if (index < 0) index += 7;
  if (value.ordinal > 0) {
    index += 7 * (value.ordinal - 1);
  } else {
    index += (length - 1 - index) / 7 * 7 + 7 * (value.ordinal + 1);
  }
  return index < length ? index : -1;
}

/// The weekday parts over a whole year that begins with the weekday `first`.
YearDays weekdaysOfYear(const CompiledRule& rule, int first, int length) {
  YearDays days{};
  const std::uint32_t week = turned(rule.weekdays, first);
  for (int i = 0; i < 6; ++i) {
    // A word is 9 weeks and a day, so each begins one weekday later.
    days[static_cast<std::size_t>(i)] = turned(week, i) * kEverySeventh;
  }
  days[5] &= (std::uint64_t{1} << (length - 320)) - 1;
  for (const WeekdayNumber& value : rule.numbered) {
    const int index = numberedDay(value, first, length);
    if (index >= 0) setDays(days, index, 1);
  }
  return days;
}

YearDays numberedDaysOfYear(const CompiledRule& rule, int length) {
  YearDays days{};
  for (const std::int16_t value : rule.yearDays) {
    const int index = value > 0 ? value - 1 : length + value;
    if (index >= 0 && index < length) setDays(days, index, 1);
  }
  return days;
}

/// The first day of week 1: the week that holds 4 January (four of its days lie in the year).
std::int64_t firstWeek(const CompiledRule& rule, int year) {
  const std::int64_t fourth = januaryFirst(year) + 3;
  return fourth - floorMod(weekdayOf(fourth) - rule.weekStart, 7);
}

/// Days of the weeks named by BYWEEKNO. Days before week 1 belong to the last week of the year
/// before, days after the last week to week 1 of the next.
YearDays weeksOfYear(const CompiledRule& rule, int year, std::int64_t begin, int length) {
  YearDays days{};
  const std::int64_t first = firstWeek(rule, year);
  const std::int64_t next = firstWeek(rule, year + 1);
  const auto has = [&rule](int week, int count) {
    return (rule.weeks >> week & 1) != 0 || (rule.weeksBack >> (count + 1 - week) & 1) != 0;
  };
  const int count = static_cast<int>((next - first) / 7);
  for (int week = 1; week <= count; ++week) {
    if (!has(week, count)) continue;
    const int from = static_cast<int>(first - begin) + 7 * (week - 1);
    setDays(days, from, std::min(7, length - from));
  }
  if (first > begin) {
    const int before = static_cast<int>((first - firstWeek(rule, year - 1)) / 7);
    if (has(before, before)) setDays(days, 0, static_cast<int>(first - begin));
  }
  if (next < begin + length) {
    const int after = static_cast<int>((firstWeek(rule, year + 2) - next) / 7);
    const int from = static_cast<int>(next - begin);
    if (has(1, after)) setDays(days, from, length - from);
  }
  return days;
}

/// The parts that speak of a month alone, and BYDAY when `withWeekdays`.
std::uint32_t plainDaysOfMonth(const CompiledRule& rule, int firstWeekday, int length,
                               bool withWeekdays) {
  const std::uint32_t all = (std::uint32_t{1} << length) - 1;
  std::uint32_t days = all;
  if ((rule.monthDays | rule.monthDaysBack) != 0) {
    days &= rule.monthDays | (rule.monthDaysBack >> (31 - length));
  }
  if (!withWeekdays) return days;
  auto chosen = static_cast<std::uint32_t>(turned(rule.weekdays, firstWeekday) * kEverySeventh);
  for (const WeekdayNumber& value : rule.numbered) {
    const int index = numberedDay(value, firstWeekday, length);
    if (index >= 0) chosen |= std::uint32_t{1} << index;
  }
  return days & chosen;
}

}  // namespace

YearDays daysOfYear(const CompiledRule& rule, int year) {
  const std::int64_t begin = januaryFirst(year);
  const int first = weekdayOf(begin);
  const bool leap = isLeap(year);
  const int length = leap ? 366 : 365;
  const auto& before = kDaysBefore[leap ? 1 : 0];
  const bool byMonth = rule.months != 0 || (rule.monthDays | rule.monthDaysBack) != 0;
  const bool numberedInMonth = rule.numberedInMonth && !rule.numbered.empty();
  YearDays days{};
  if (byMonth || numberedInMonth) {
    const std::uint32_t months = rule.months != 0 ? rule.months : 0x1FFE;
    for (std::uint32_t rest = months; rest != 0; rest &= rest - 1) {
      const auto month = static_cast<std::size_t>(__builtin_ctz(rest));
      const int offset = before[month - 1];
      addDays(
          days, offset,
          plainDaysOfMonth(rule, (first + offset) % 7, before[month] - offset, numberedInMonth));
    }
  } else {
    days = wholeYear(length);
  }
  if (rule.hasWeekdays && !numberedInMonth) keep(days, weekdaysOfYear(rule, first, length));
  if (!rule.yearDays.empty()) keep(days, numberedDaysOfYear(rule, length));
  if ((rule.weeks | rule.weeksBack) != 0) keep(days, weeksOfYear(rule, year, begin, length));
  return days;
}

std::uint32_t daysOfMonth(const CompiledRule& rule, int year, int month, std::int64_t firstDay) {
  if (rule.months != 0 && (rule.months >> month & 1) == 0) return 0;
  const auto& before = kDaysBefore[isLeap(year) ? 1 : 0];
  const auto index = static_cast<std::size_t>(month);
  const int offset = before[index - 1];
  const int length = before[index] - offset;
  std::uint32_t days = plainDaysOfMonth(rule, weekdayOf(firstDay), length, rule.hasWeekdays);
  if (rule.limitsByYear && days != 0) {
    const YearDays wholeYearDays = daysOfYear(rule, year);
    const auto word = static_cast<std::size_t>(offset) >> 6;
    const int shift = offset & 63;
    std::uint64_t bits = wholeYearDays[word] >> shift;
    if (shift != 0 && word + 1 < wholeYearDays.size())
      bits |= wholeYearDays[word + 1] << (64 - shift);
    days &= static_cast<std::uint32_t>(bits);
  }
  return days;
}

}  // namespace sw::calendar
