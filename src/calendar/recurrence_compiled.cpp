#include "calendar/recurrence_compiled.h"

#include <algorithm>

namespace sw::calendar {
namespace {

constexpr std::uint64_t kAllMinutes = (std::uint64_t{1} << 60) - 1;
constexpr std::uint32_t kAllHours = (std::uint32_t{1} << 24) - 1;

template <class Mask, class T>
Mask maskOf(const std::vector<T>& values) {
  Mask mask = 0;
  for (const T value : values) mask |= static_cast<Mask>(Mask{1} << static_cast<unsigned>(value));
  return mask;
}

/// Seconds as bits; 60 counts as 59, as for every clock without leap seconds (section 3.3.12).
std::uint64_t secondsMask(const std::vector<std::uint8_t>& values) {
  std::uint64_t mask = 0;
  for (const std::uint8_t value : values) {
    mask |= std::uint64_t{1} << std::min<unsigned>(value, 59);
  }
  return mask;
}

/// Applies BYSETPOS to a set that is the same in every period.
void choose(std::vector<std::int32_t>& values, const std::vector<std::int16_t>& positions) {
  if (positions.empty()) return;
  std::vector<std::int32_t> out;
  const auto size = static_cast<std::int32_t>(values.size());
  for (std::int32_t i = 0; i < size; ++i) {
    const bool wanted = std::any_of(positions.begin(), positions.end(), [&](std::int16_t p) {
      return p > 0 ? p - 1 == i : size + p == i;
    });
    if (wanted) out.push_back(values[static_cast<std::size_t>(i)]);
  }
  values = std::move(out);
}

CompiledRule::Method methodOf(const RecurrenceRule& rule) {
  switch (rule.frequency) {
    case Frequency::kYearly: return CompiledRule::Method::kYears;
    case Frequency::kMonthly: return CompiledRule::Method::kMonths;
    case Frequency::kWeekly: return CompiledRule::Method::kWeeks;
    case Frequency::kDaily: return CompiledRule::Method::kDaysOfYear;
    case Frequency::kHourly:
    case Frequency::kMinutely:
    case Frequency::kSecondly: break;
  }
  return CompiledRule::Method::kClock;
}

/// The last wall-clock second an UNTIL allows; that of an instant is the caller's to compare.
std::int64_t limitOf(const RecurrenceRule& rule, bool allDay) {
  if (!rule.until) return kMaxLocal;
  const std::int64_t until = secondsOf(rule.until->time);
  const std::int64_t midnight = floorDiv(until, kDaySeconds) * kDaySeconds;
  if (allDay || rule.until->kind == Until::Kind::kDate) {
    return std::min(midnight + kDaySeconds - 1, kMaxLocal);
  }
  return rule.until->kind == Until::Kind::kLocal ? std::min(until, kMaxLocal) : kMaxLocal;
}

}  // namespace

CompiledRule::CompiledRule(const RecurrenceRule& rule, base::LocalSeconds startTime, bool allDay)
    : method(methodOf(rule)),
      interval(rule.interval),
      start(secondsOf(startTime)),
      startDay(floorDiv(start, kDaySeconds)),
      limit(limitOf(rule, allDay)),
      weekStart(static_cast<int>(rule.weekStart)) {
  if (allDay) start = startDay * kDaySeconds;
  compileDays(rule);
  compileImpliedDays(rule);
  limitsByYear = !yearDays.empty() || weeks != 0 || weeksBack != 0;
  limitsDays = limitsByYear || months != 0 || monthDays != 0 || monthDaysBack != 0 ||
               (hasWeekdays && method != Method::kWeeks);
  compileTimes(rule, allDay);
  compilePositions(rule);
  compilePattern();
}

void CompiledRule::compileDays(const RecurrenceRule& rule) {
  months = maskOf<std::uint16_t>(rule.byMonth);
  for (const std::int8_t day : rule.byMonthDay) {
    if (day > 0) monthDays |= std::uint32_t{1} << (day - 1);
    if (day < 0) monthDaysBack |= std::uint32_t{1} << (31 + day);
  }
  yearDays = rule.byYearDay;
  for (const std::int8_t week : rule.byWeekNo) {
    (week > 0 ? weeks : weeksBack) |= std::uint64_t{1} << (week > 0 ? week : -week);
  }
  hasWeekdays = !rule.byDay.empty();
  // A number has a meaning only within months and years that are not cut into weeks.
  const bool numbers =
      (method == Method::kMonths || method == Method::kYears) && rule.byWeekNo.empty();
  numberedInMonth = method == Method::kMonths || months != 0;
  for (const WeekdayNumber& value : rule.byDay) {
    if (numbers && value.ordinal != 0) {
      numbered.push_back(value);
    } else {
      weekdays |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(value.day));
    }
  }
}

void CompiledRule::compileImpliedDays(const RecurrenceRule& rule) {
  if (hasWeekdays || !rule.byMonthDay.empty() || !rule.byYearDay.empty()) return;
  const bool yearly = method == Method::kYears;
  const bool monthly = method == Method::kMonths;
  const bool weekly = method == Method::kWeeks;
  if (!yearly && !monthly && !weekly) return;
  if (weekly || !rule.byWeekNo.empty()) {
    hasWeekdays = true;
    weekdays = static_cast<std::uint8_t>(1U << static_cast<unsigned>(weekdayOf(startDay)));
    return;
  }
  const CivilDate date = civilOf(startDay);
  monthDays = std::uint32_t{1} << (date.day - 1);
  if (yearly && months == 0) months = static_cast<std::uint16_t>(1U << date.month);
}

void CompiledRule::compileTimes(const RecurrenceRule& rule, bool allDay) {
  if (allDay) {
    times = {0};
    return;
  }
  const auto clock = static_cast<unsigned>(start - startDay * kDaySeconds);
  const std::uint64_t secondSet = secondsMask(rule.bySecond);
  hours = maskOf<std::uint32_t>(rule.byHour);
  minutes = maskOf<std::uint64_t>(rule.byMinute);
  if (method == Method::kClock) {
    allHours = hours == 0 || hours == kAllHours;
    const bool byMinute = rule.frequency != Frequency::kHourly;
    const bool bySecond = rule.frequency == Frequency::kSecondly;
    unit = bySecond ? 1 : byMinute ? 60 : 3600;
    seconds = secondSet;
    allMinutes = !byMinute || minutes == 0 || minutes == kAllMinutes;
    allSeconds = !bySecond || seconds == 0 || seconds == kAllMinutes;
  }
  const bool fixedHour = method == Method::kClock;
  const bool fixedMinute = fixedHour && unit < 3600;
  const bool fixedSecond = fixedHour && unit < 60;
  const std::uint32_t hourSet = fixedHour    ? 1
                                : hours != 0 ? hours
                                             : std::uint32_t{1} << (clock / 3600);
  const std::uint64_t minuteSet = fixedMinute    ? 1
                                  : minutes != 0 ? minutes
                                                 : std::uint64_t{1} << (clock / 60 % 60);
  const std::uint64_t secondOfMinute = fixedSecond      ? 1
                                       : secondSet != 0 ? secondSet
                                                        : std::uint64_t{1} << (clock % 60);
  for (std::int32_t hour = 0; hour < 24; ++hour) {
    if ((hourSet >> hour & 1) == 0) continue;
    for (std::uint64_t m = minuteSet; m != 0; m &= m - 1) {
      for (std::uint64_t s = secondOfMinute; s != 0; s &= s - 1) {
        times.push_back(hour * 3600 + __builtin_ctzll(m) * 60 + __builtin_ctzll(s));
      }
    }
  }
}

void CompiledRule::compilePositions(const RecurrenceRule& rule) {
  if (method != Method::kWeeks && method != Method::kMonths && method != Method::kYears) {
    choose(times, rule.bySetPos);
    return;
  }
  for (const std::int16_t position : rule.bySetPos) {
    if (position > 0) positions.push_back(position - 1);
    if (position < 0) positionsBack.push_back(position);
  }
}

void CompiledRule::compilePattern() {
  constexpr std::size_t kMost = 1024;  // larger ones gain nothing
  if (limitsDays) return;
  if (method == Method::kDaysOfYear) {
    method = Method::kPattern;
    pattern = times;
    return;
  }
  const bool chosen = !positions.empty() || !positionsBack.empty();
  if (method != Method::kWeeks || chosen || times.size() * 7 > kMost) return;
  method = Method::kPattern;
  periodDays = 7;
  for (int i = 0; i < 7; ++i) {
    if ((weekdays >> ((weekStart + i) % 7) & 1) == 0) continue;
    for (const std::int32_t time : times) {
      pattern.push_back(i * static_cast<std::int32_t>(kDaySeconds) + time);
    }
  }
}

}  // namespace sw::calendar
