#include "calendar/series_shift.h"

#include <algorithm>

namespace sw::calendar {
namespace {

using std::chrono::days;
using std::chrono::seconds;

/// Parts below a day that the start no longer decides once they are named.
bool namesTimes(const RecurrenceRule& rule) {
  return !rule.byHour.empty() || !rule.byMinute.empty() || !rule.bySecond.empty();
}

bool namesDaysBeyondWeekdays(const RecurrenceRule& rule) {
  return !rule.byMonthDay.empty() || !rule.byYearDay.empty() || !rule.byWeekNo.empty() ||
         !rule.byMonth.empty() || !rule.bySetPos.empty() ||
         std::ranges::any_of(rule.byDay, [](const WeekdayNumber& d) { return d.ordinal != 0; });
}

base::Error impossible() {
  const std::string issue =
      "must be given anew: the rule names days or hours that this move contradicts";
  return {base::Code::kInvalid, "recurrence " + issue, {{"recurrence", issue}}};
}

base::Result<void> shiftRule(RecurrenceRule& rule, std::int64_t dayShift, seconds by) {
  if (namesTimes(rule) && by != days(dayShift)) return impossible();
  if (dayShift != 0) {
    const bool turns = rule.frequency == Frequency::kWeekly || rule.frequency == Frequency::kDaily;
    const bool named = namesDaysBeyondWeekdays(rule) || (!turns && !rule.byDay.empty());
    if (named) return impossible();
    for (WeekdayNumber& weekday : rule.byDay) {
      const std::int64_t turned = (static_cast<std::int64_t>(weekday.day) + dayShift) % 7;
      weekday.day = static_cast<Weekday>((turned + 7) % 7);
    }
  }
  if (rule.until) {
    rule.until->time += rule.until->kind == Until::Kind::kDate ? seconds(days(dayShift)) : by;
  }
  normalize(rule);
  return {};
}

}  // namespace

base::Result<Recurrence> shiftRecurrence(const Recurrence& recurrence, seconds by) {
  Recurrence moved = recurrence;
  moved.start += by;
  const auto dayOf = [](base::LocalSeconds at) { return std::chrono::floor<days>(at); };
  const std::int64_t dayShift = (dayOf(moved.start) - dayOf(recurrence.start)).count();
  for (RecurrenceRule& rule : moved.rules) SW_CHECK(shiftRule(rule, dayShift, by));
  for (RecurrenceRule& rule : moved.exclusionRules) SW_CHECK(shiftRule(rule, dayShift, by));
  const auto shiftTime = [&](SeriesTime& time) {
    time.local += time.isDate ? seconds(days(dayShift)) : by;
  };
  std::ranges::for_each(moved.dates, shiftTime);
  std::ranges::for_each(moved.exclusions, shiftTime);
  return moved;
}

}  // namespace sw::calendar
