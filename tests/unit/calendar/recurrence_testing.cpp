#include "unit/calendar/recurrence_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "calendar/recurrence_lines.h"

namespace sw::calendar::testing {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

/// Where a day stands among the weeks that begin on `weekStart`: the year is that of the fourth
/// day of its week, which is how ISO 8601 decides.
struct WeekPlace {
  int year;
  int number;
};
local_days fourthOfWeek(local_days day, int weekStart) {
  const int weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
  return day - days((weekday - weekStart + 7) % 7) + days(3);
}
WeekPlace weekPlace(local_days day, int weekStart) {
  const local_days fourth = fourthOfWeek(day, weekStart);
  const year_month_day date(fourth);
  const auto dayOfYear = (fourth - local_days(date.year() / 1 / 1)).count();
  return {static_cast<int>(date.year()), static_cast<int>(dayOfYear / 7) + 1};
}
int weeksIn(int year, int weekStart) {
  int most = 0;
  for (int back = 0; back < 10; ++back) {
    const local_days day = local_days(std::chrono::year(year) / 12 / 31) - days(back);
    const WeekPlace place = weekPlace(day, weekStart);
    if (place.year == year) most = std::max(most, place.number);
  }
  return most;
}

template <class List, class T>
bool has(const List& list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}
template <class List>
bool hasOf(const List& list, int index, int size) {  // 1-based, or from the end
  return has(list, index) || has(list, index - size - 1);
}

bool weekdayFits(const RecurrenceRule& rule, local_days day, const year_month_day& date) {
  const auto weekday = static_cast<Weekday>(std::chrono::weekday(day).iso_encoding() - 1);
  const bool monthly = rule.frequency == Frequency::kMonthly;
  const bool yearly = rule.frequency == Frequency::kYearly;
  for (const WeekdayNumber& value : rule.byDay) {
    if (value.day != weekday) continue;
    if (value.ordinal == 0 || (!monthly && !yearly) || !rule.byWeekNo.empty()) return true;
    local_days first = local_days(date.year() / date.month() / 1);
    local_days last = local_days(date.year() / date.month() / std::chrono::last);
    if (yearly && rule.byMonth.empty()) {
      first = local_days(date.year() / 1 / 1);
      last = local_days(date.year() / 12 / 31);
    }
    const auto ordinal =
        value.ordinal > 0 ? (day - first).count() / 7 + 1 : -((last - day).count() / 7 + 1);
    if (ordinal == value.ordinal) return true;
  }
  return false;
}

/// The rule with what it leaves to DTSTART written out.
RecurrenceRule completed(RecurrenceRule rule, base::LocalSeconds start) {
  const auto day = std::chrono::floor<days>(start);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss clock(start - day);
  if (rule.byHour.empty() && rule.frequency > Frequency::kHourly) {
    rule.byHour = {static_cast<std::uint8_t>(clock.hours().count())};
  }
  if (rule.byMinute.empty() && rule.frequency > Frequency::kMinutely) {
    rule.byMinute = {static_cast<std::uint8_t>(clock.minutes().count())};
  }
  if (rule.bySecond.empty() && rule.frequency > Frequency::kSecondly) {
    rule.bySecond = {static_cast<std::uint8_t>(clock.seconds().count())};
  }
  const bool namesDays = !rule.byDay.empty() || !rule.byMonthDay.empty() || !rule.byYearDay.empty();
  if (namesDays || rule.frequency < Frequency::kWeekly) return rule;
  if (rule.frequency == Frequency::kWeekly || !rule.byWeekNo.empty()) {
    rule.byDay = {{static_cast<Weekday>(std::chrono::weekday(day).iso_encoding() - 1), 0}};
    return rule;
  }
  rule.byMonthDay = {static_cast<std::int8_t>(static_cast<unsigned>(date.day()))};
  if (rule.frequency == Frequency::kYearly && rule.byMonth.empty()) {
    rule.byMonth = {static_cast<std::uint8_t>(static_cast<unsigned>(date.month()))};
  }
  return rule;
}

bool dayFits(const RecurrenceRule& rule, local_days day) {
  const year_month_day date(day);
  const int month = static_cast<int>(static_cast<unsigned>(date.month()));
  if (!rule.byMonth.empty() && !has(rule.byMonth, month)) return false;
  if (!rule.byMonthDay.empty()) {
    const year_month_day last(date.year() / date.month() / std::chrono::last);
    if (!hasOf(rule.byMonthDay, static_cast<int>(static_cast<unsigned>(date.day())),
               static_cast<int>(static_cast<unsigned>(last.day())))) {
      return false;
    }
  }
  if (!rule.byYearDay.empty()) {
    const auto index = (day - local_days(date.year() / 1 / 1)).count() + 1;
    if (!hasOf(rule.byYearDay, static_cast<int>(index), date.year().is_leap() ? 366 : 365)) {
      return false;
    }
  }
  if (!rule.byWeekNo.empty()) {
    const int weekStart = static_cast<int>(rule.weekStart);
    const WeekPlace place = weekPlace(day, weekStart);
    if (!hasOf(rule.byWeekNo, place.number, weeksIn(place.year, weekStart))) return false;
  }
  return rule.byDay.empty() || weekdayFits(rule, day, date);
}

std::int64_t periodOf(const RecurrenceRule& rule, base::LocalSeconds time) {
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const auto months = static_cast<int>(date.year()) * 12 +
                      static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  const std::int64_t seconds = time.time_since_epoch().count() + std::int64_t{86400} * 1000000;
  switch (rule.frequency) {
    case Frequency::kYearly: return static_cast<int>(date.year());
    case Frequency::kMonthly: return months;
    case Frequency::kWeekly:
      return (fourthOfWeek(day, static_cast<int>(rule.weekStart)).time_since_epoch().count() +
              7000000 - static_cast<int>(rule.weekStart)) /
             7;
    case Frequency::kDaily: return seconds / 86400;
    case Frequency::kHourly: return seconds / 3600;
    case Frequency::kMinutely: return seconds / 60;
    case Frequency::kSecondly: break;
  }
  return seconds;
}

bool chosen(const RecurrenceRule& rule, std::size_t index, std::size_t size) {
  return rule.bySetPos.empty() ||
         hasOf(rule.bySetPos, static_cast<int>(index) + 1, static_cast<int>(size));
}

template <class T>
std::vector<T> orRange(const std::vector<T>& values, int end) {
  if (!values.empty()) return values;
  std::vector<T> out;
  for (int i = 0; i < end; ++i) out.push_back(static_cast<T>(i));
  return out;
}

}  // namespace

base::Zone zoneOf(std::string_view name) {
  const auto found = base::Zone::find(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : base::Zone();
}

base::LocalSeconds at(std::string_view text) {
  const auto read = parseBasicTime(text);
  EXPECT_TRUE(read) << text;
  return read ? read->time : base::LocalSeconds();
}

base::UtcSeconds instant(std::string_view text) {
  return base::UtcSeconds(at(text).time_since_epoch());
}

Recurrence series(std::string_view start, std::vector<std::string> lines, std::string_view zone) {
  SeriesStart first;
  first.local = at(start);
  first.allDay = start.size() == 8;
  first.zone = zoneOf(zone);
  for (std::string& line : lines) {
    if (line.find(':') == std::string::npos) line.insert(0, "RRULE:");
  }
  const auto read = parseRecurrence(first, lines);
  EXPECT_TRUE(read) << read.error().describe();
  return read ? *read : Recurrence();
}

std::vector<std::string> locals(const Recurrence& recurrence, std::size_t most) {
  std::vector<std::string> out;
  const RecurrenceSet set(recurrence);
  const auto kind = recurrence.allDay ? Until::Kind::kDate : Until::Kind::kLocal;
  for (const Occurrence& one :
       set.between(base::UtcSeconds::min(), base::UtcSeconds::max(), most)) {
    appendBasicTime(out.emplace_back(), kind, one.local);
  }
  return out;
}

std::vector<std::string> instants(const Recurrence& recurrence, std::size_t most) {
  std::vector<std::string> out;
  const RecurrenceSet set(recurrence);
  for (const Occurrence& one :
       set.between(base::UtcSeconds::min(), base::UtcSeconds::max(), most)) {
    appendBasicTime(out.emplace_back(), Until::Kind::kUtc,
                    base::LocalSeconds(one.utc.time_since_epoch()));
  }
  return out;
}

std::vector<std::string> instantsBetween(const Recurrence& recurrence, std::string_view from,
                                         std::string_view to) {
  std::vector<std::string> out;
  const RecurrenceSet set(recurrence);
  for (const Occurrence& one : set.between(instant(from), instant(to), 1000)) {
    appendBasicTime(out.emplace_back(), Until::Kind::kUtc,
                    base::LocalSeconds(one.utc.time_since_epoch()));
  }
  return out;
}

std::vector<base::LocalSeconds> slowExpand(const RecurrenceRule& rule, base::LocalSeconds start,
                                           base::LocalSeconds end) {
  const RecurrenceRule whole = completed(rule, start);
  const std::int64_t first = periodOf(whole, start);
  std::map<std::int64_t, std::vector<base::LocalSeconds>> periods;
  // Whole periods, which BYSETPOS counts in, may reach a year beyond either end.
  const bool wide = whole.frequency > Frequency::kDaily;
  const days margin(wide ? 366 : 1);
  for (auto day = std::chrono::floor<days>(start) - margin; day <= end + margin; day += days(1)) {
    if (!dayFits(whole, day)) continue;
    for (const int hour : orRange(whole.byHour, 24)) {
      for (const int minute : orRange(whole.byMinute, 60)) {
        for (const int second : orRange(whole.bySecond, 60)) {
          const base::LocalSeconds time = day + std::chrono::hours(hour) +
                                          std::chrono::minutes(minute) +
                                          std::chrono::seconds(std::min(second, 59));
          const std::int64_t period = periodOf(whole, time);
          if (period < first || (period - first) % whole.interval != 0) continue;
          periods[period].push_back(time);
        }
      }
    }
  }
  std::vector<base::LocalSeconds> out;
  for (auto& [period, times] : periods) {
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] >= start && times[i] <= end && chosen(whole, i, times.size())) {
        out.push_back(times[i]);
      }
    }
  }
  return out;
}

std::vector<base::UtcSeconds> slowInstants(const std::vector<base::LocalSeconds>& times,
                                           const base::Zone& zone) {
  std::vector<base::UtcSeconds> out;
  for (const base::LocalSeconds time : times) out.push_back(zone.toUtc(time));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace sw::calendar::testing
