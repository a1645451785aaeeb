#include "habits/habit_calendar.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "calendar/recurrence.h"

namespace sw::habits {
namespace {

using std::chrono::days;
using Kind = Frequency::Kind;
using Period = Frequency::Period;

constexpr int kDaysOfMonth = 30;  // on the average, as Loop Habit Tracker takes it
constexpr int kDaysOfWeek = 7;
constexpr days kYear{366};

std::chrono::year_month_day civil(LocalDate date) { return std::chrono::year_month_day(date); }

LocalDate firstOfMonth(LocalDate date) {
  const auto parts = civil(date);
  return LocalDate(parts.year() / parts.month() / 1);
}

/// 0 is Monday.
int weekdayOf(LocalDate date) {
  return static_cast<int>(std::chrono::weekday(date).iso_encoding()) - 1;
}

LocalDate firstOfWeek(LocalDate date, calendar::Weekday weekStart) {
  const int behind = (weekdayOf(date) - static_cast<int>(weekStart) + kDaysOfWeek) % kDaysOfWeek;
  return date - days(behind);
}

bool namesMonthDay(const Frequency& frequency, LocalDate date) {
  const unsigned day = static_cast<unsigned>(civil(date).day());
  const unsigned last = static_cast<unsigned>(civil(lastOfMonth(date)).day());
  return std::ranges::any_of(frequency.monthDays, [&](std::uint8_t wanted) {
    return wanted == day || (wanted > last && day == last);
  });
}

calendar::Recurrence recurrenceOf(const HabitVersion& version) {
  calendar::Recurrence recurrence;
  recurrence.start = base::LocalSeconds(version.anchor);
  recurrence.allDay = true;
  recurrence.floating = true;
  if (auto rule = calendar::parseRule(version.frequency.rule); rule.ok()) {
    recurrence.rules.push_back(*std::move(rule));
  }
  return recurrence;
}

base::UtcSeconds toUtc(LocalDate date) { return base::UtcSeconds(date.time_since_epoch()); }

/// The days of one round of a rule: what INTERVAL of its FREQ comes to.
int roundOf(const calendar::RecurrenceRule& rule) {
  int length = 1;
  switch (rule.frequency) {
    case calendar::Frequency::kWeekly: length = kDaysOfWeek; break;
    case calendar::Frequency::kMonthly: length = kDaysOfMonth; break;
    case calendar::Frequency::kYearly: length = static_cast<int>(kYear.count()) - 1; break;
    default: break;
  }
  return length * static_cast<int>(std::min<std::uint32_t>(rule.interval, 1000));
}

}  // namespace

StreakUnit unitOf(const Frequency& frequency) {
  switch (frequency.kind) {
    case Kind::kDaily: return StreakUnit::kDays;
    case Kind::kWeekly: return StreakUnit::kWeeks;
    case Kind::kMonthly: return StreakUnit::kMonths;
    case Kind::kRule: return StreakUnit::kOccasions;
    case Kind::kTimes: break;
  }
  switch (frequency.period) {
    case Period::kDay: return StreakUnit::kDays;
    case Period::kWeek: return StreakUnit::kWeeks;
    case Period::kMonth: return StreakUnit::kMonths;
    case Period::kDays: break;
  }
  return StreakUnit::kOccasions;
}

LocalDate lastOfMonth(LocalDate date) {
  const auto parts = civil(date);
  return LocalDate(parts.year() / parts.month() / std::chrono::last);
}

/// The dates of a rule, a year at a time.
struct HabitCalendar::RuleDates {
  explicit RuleDates(const HabitVersion& version) : set(recurrenceOf(version)) {}

  /// The dates of the year behind `from`.
  void load(LocalDate from) {
    begin = from;
    end = from + kYear;
    dates.clear();
    for (const calendar::Occurrence& occurrence :
         set.between(toUtc(begin), toUtc(end), static_cast<std::size_t>(kYear.count()))) {
      dates.push_back(std::chrono::floor<days>(occurrence.local));
    }
  }
  void show(LocalDate date) {
    if (date < begin || date >= end) load(date);
  }

  calendar::RecurrenceSet set;
  LocalDate begin{};
  LocalDate end{};
  std::vector<LocalDate> dates;
};

HabitCalendar::~HabitCalendar() = default;

HabitCalendar::HabitCalendar(const HabitContent& content, LocalDate begin)
    : content_(content), begin_(begin) {
  for (std::size_t i = 0; i < content.versions.size(); ++i) {
    const HabitVersion& one = content.versions[i];
    const Frequency& frequency = one.frequency;
    rules_.push_back(frequency.kind == Kind::kRule ? std::make_unique<RuleDates>(one) : nullptr);
    Ratio ratio;
    switch (frequency.kind) {
      case Kind::kDaily: break;
      case Kind::kWeekly: ratio = {std::popcount(frequency.weekdays), kDaysOfWeek}; break;
      case Kind::kMonthly:
        ratio = {static_cast<int>(frequency.monthDays.size()), kDaysOfMonth};
        break;
      case Kind::kTimes:
        if (frequency.period == Period::kWeek) ratio = {frequency.times, kDaysOfWeek};
        if (frequency.period == Period::kMonth) ratio = {frequency.times, kDaysOfMonth};
        if (frequency.period == Period::kDays) ratio = {frequency.times, frequency.days};
        break;
      case Kind::kRule: {
        const auto rule = calendar::parseRule(frequency.rule);
        const int round = rule.ok() ? roundOf(*rule) : 1;
        const int span = round * ((static_cast<int>(kYear.count()) + round - 1) / round);
        const std::int64_t dates = std::ranges::distance(rules_[i]->set.between(
            toUtc(one.anchor), toUtc(one.anchor + days(span)), static_cast<std::size_t>(span)));
        ratio = {static_cast<int>(std::max<std::int64_t>(1, (dates * round + span / 2) / span)),
                 round};
        break;
      }
    }
    ratios_.push_back(ratio);
  }
}

std::size_t HabitCalendar::versionOn(LocalDate date) const {
  std::size_t index = content_.versions.size() - 1;
  while (index > 0 && content_.versions[index].from > date) --index;
  return index;
}

HabitPeriod HabitCalendar::periodOf(LocalDate date) const {
  HabitPeriod period;
  period.version = versionOn(date);
  const HabitVersion& one = content_.versions[period.version];
  const Frequency& frequency = one.frequency;
  const StreakUnit unit = unitOf(frequency);
  LocalDate last = date;
  period.nominalFirst = date;
  if (unit == StreakUnit::kWeeks) {
    period.nominalFirst = firstOfWeek(date, frequency.weekStart);
    last = period.nominalFirst + days(kDaysOfWeek - 1);
  } else if (unit == StreakUnit::kMonths) {
    period.nominalFirst = firstOfMonth(date);
    last = lastOfMonth(date);
  } else if (frequency.kind == Kind::kTimes && frequency.period == Period::kDays) {
    const auto passed = (date - one.anchor).count();
    const auto inside = ((passed % frequency.days) + frequency.days) % frequency.days;
    period.nominalFirst = date - days(inside);
    last = period.nominalFirst + days(frequency.days - 1);
  }
  period.nominalDays = static_cast<int>((last - period.nominalFirst).count()) + 1;
  const LocalDate from = period.version == 0 ? begin_ : one.from;
  period.first = std::max(period.nominalFirst, from);
  period.last = last;
  if (period.version + 1 < content_.versions.size()) {
    period.last = std::min(last, content_.versions[period.version + 1].from - days(1));
  }
  period.cutBefore = period.first > period.nominalFirst;
  period.cutAfter = period.last < last;
  return period;
}

bool HabitCalendar::anyDates(const HabitPeriod& period) const {
  const Frequency& frequency = content_.versions[period.version].frequency;
  return frequency.kind == Kind::kTimes && frequency.period != Period::kDay;
}

int HabitCalendar::required(const HabitPeriod& period) const {
  const int times = content_.versions[period.version].frequency.times;
  const int available = period.days() - pausedDays(period.first, period.last);
  const int nominal = period.nominalDays;
  return available == nominal ? times : (2 * times * available + nominal) / (2 * nominal);
}

bool HabitCalendar::isDue(LocalDate date) const {
  const std::size_t version = versionOn(date);
  const Frequency& frequency = content_.versions[version].frequency;
  switch (frequency.kind) {
    case Kind::kDaily:
    case Kind::kTimes: return true;
    case Kind::kWeekly: return ((frequency.weekdays >> weekdayOf(date)) & 1U) != 0;
    case Kind::kMonthly: return namesMonthDay(frequency, date);
    case Kind::kRule: break;
  }
  return ruleNames(version, date);
}

bool HabitCalendar::ruleNames(std::size_t version, LocalDate date) const {
  RuleDates& rule = *rules_[version];
  rule.show(date);
  return std::ranges::binary_search(rule.dates, date);
}

std::optional<LocalDate> HabitCalendar::nextOfRule(std::size_t version, LocalDate from,
                                                   LocalDate to) const {
  const auto found = rules_[version]->set.between(toUtc(from), toUtc(to + days(1)), 1);
  if (found.empty()) return std::nullopt;
  return std::chrono::floor<days>(found.front().local);
}

std::optional<LocalDate> HabitCalendar::nextDue(LocalDate from, LocalDate to) const {
  for (LocalDate date = from; date <= to;) {
    const std::size_t version = versionOn(date);
    LocalDate end = to;
    if (version + 1 < content_.versions.size()) {
      end = std::min(to, content_.versions[version + 1].from - days(1));
    }
    if (content_.versions[version].frequency.kind == Kind::kRule) {
      if (const auto found = nextOfRule(version, date, end)) return found;
      date = end + days(1);
      continue;
    }
    for (; date <= end; date += days(1)) {
      if (isDue(date)) return date;
    }
  }
  return std::nullopt;
}

bool HabitCalendar::isPaused(LocalDate date) const {
  return std::ranges::any_of(content_.pauses, [&](const HabitPause& pause) {
    return pause.from <= date && (!pause.until || date <= *pause.until);
  });
}

int HabitCalendar::pausedDays(LocalDate from, LocalDate to) const {
  std::int64_t paused = 0;
  for (const HabitPause& pause : content_.pauses) {
    const LocalDate first = std::max(from, pause.from);
    const LocalDate last = pause.until ? std::min(to, *pause.until) : to;
    if (first <= last) paused += (last - first).count() + 1;
  }
  return static_cast<int>(paused);
}

std::optional<LocalDate> HabitCalendar::pausedForGoodFrom() const {
  if (content_.pauses.empty() || content_.pauses.back().until) return std::nullopt;
  return content_.pauses.back().from;
}

std::string problemOf(const Frequency& frequency) {
  switch (frequency.kind) {
    case Kind::kDaily: return {};
    case Kind::kWeekly: return frequency.weekdays == 0 ? "must name at least one weekday" : "";
    case Kind::kMonthly: return frequency.monthDays.empty() ? "must name a day of the month" : "";
    case Kind::kTimes: {
      int most = 100;
      if (frequency.period == Period::kWeek) most = kDaysOfWeek;
      if (frequency.period == Period::kMonth) most = 28;  // every month has so many dates
      if (frequency.period == Period::kDays) most = frequency.days;
      if (frequency.times >= 1 && frequency.times <= most) return {};
      return "times must be from 1 to " + std::to_string(most) + " for this period";
    }
    case Kind::kRule: break;
  }
  const auto rule = calendar::parseRule(frequency.rule);
  if (!rule.ok()) return "must be a recurrence rule: " + rule.error().message();
  if (rule->frequency < calendar::Frequency::kDaily) {
    return "must not repeat more often than daily: a habit is done once a date";
  }
  return {};
}

}  // namespace sw::habits
