#include "habits/tally.h"

#include <algorithm>

namespace sw::habits {
namespace {

using std::chrono::days;

constexpr std::int64_t kDaysOfWeek = 7;
constexpr std::int64_t kDaysOfMonth = 30;

const Frequency& frequencyOf(const HabitCalendar& calendar, const HabitPeriod& period) {
  return calendar.version(period.version).frequency;
}

bool byRule(const HabitCalendar& calendar, const HabitPeriod& period) {
  return frequencyOf(calendar, period).kind == Frequency::Kind::kRule;
}

}  // namespace

Streak inUnit(Streak streak, StreakUnit unit) {
  switch (unit) {
    case StreakUnit::kDays: streak.count = streak.days; break;
    case StreakUnit::kWeeks: streak.count = streak.days / kDaysOfWeek; break;
    case StreakUnit::kMonths: streak.count = streak.days / kDaysOfMonth; break;
    case StreakUnit::kOccasions: break;
  }
  return streak.count == 0 ? Streak() : streak;
}

DayFact factOf(const HabitEntry& entry, double goal) {
  DayFact fact;
  fact.excused = entry.isExcused();
  fact.done = entry.isDone();
  if (!fact.excused) fact.value = fact.done ? 1.0 : std::clamp(entry.amount / goal, 0.0, 1.0);
  return fact;
}

std::vector<StrengthRule> strengthRules(const HabitCalendar& calendar) {
  std::vector<StrengthRule> rules;
  rules.reserve(calendar.versions());
  for (std::size_t i = 0; i < calendar.versions(); ++i) {
    rules.push_back(StrengthRule::of(calendar.ratioOf(i)));
  }
  return rules;
}

Tally Tally::startingAt(LocalDate begin) {
  Tally tally;
  tally.begin = begin;
  tally.through = begin - days(1);
  return tally;
}

Tally::Verdict Tally::judge(const HabitCalendar& calendar, const HabitPeriod& period,
                            bool over) const {
  const bool lenient = period.cutBefore || period.cutAfter;
  if (calendar.anyDates(period)) {
    const int required = calendar.required(period) - skips;
    if (done > 0 && done >= required) return Verdict::kKept;
    if (!over) return Verdict::kOpen;
    return required <= 0 || lenient ? Verdict::kExcused : Verdict::kMissed;
  }
  if (missed > 0) return lenient ? Verdict::kExcused : Verdict::kMissed;
  if (!over) {
    // Whatever fixed dates are left must be done as well, but for those that rest.
    for (LocalDate date = through + days(1); date <= period.last; date += days(1)) {
      if (calendar.isDue(date) && !calendar.isPaused(date)) return Verdict::kOpen;
    }
  }
  return done > 0 ? Verdict::kKept : Verdict::kExcused;
}

Streak Tally::with(const HabitCalendar& calendar, const HabitPeriod& period, bool over) const {
  Streak streak = closed;
  ++streak.count;
  if (byRule(calendar, period)) {
    streak.days += closed.count > 0 && lastOccasion ? (lastDone - *lastOccasion).count() : 1;
  } else {
    const LocalDate end = over ? period.last : lastDone;
    streak.days += (end - period.first).count() + 1;
  }
  if (!streak.since) streak.since = period.first;
  return streak;
}

void Tally::close(const HabitCalendar& calendar, const HabitPeriod& period,
                  const HabitPeriod& next) {
  const Verdict verdict = judge(calendar, period, true);
  const bool kept = verdict == Verdict::kKept && !covered;
  if (kept) {
    closed = with(calendar, period, true);
    if (closed.count > longest.count) longest = closed;
  } else if (verdict == Verdict::kMissed && !covered) {
    closed = {};
  }
  if (byRule(calendar, period) && calendar.isDue(period.first)) lastOccasion = period.first;
  const bool counted = kept || covered;
  covered = false;
  if (next.version != period.version) {
    lastOccasion.reset();
    const StreakUnit before = unitOf(frequencyOf(calendar, period));
    const StreakUnit after = unitOf(frequencyOf(calendar, next));
    if (before != after) {
      closed = inUnit(closed, after);
      longest = inUnit(longest, after);
      // Fewer occasions can be more days.
      if (closed.count > longest.count) longest = closed;
    } else {
      covered =
          counted && period.cutAfter && next.cutBefore && next.nominalFirst == period.nominalFirst;
    }
  }
  done = skips = missed = 0;
}

void Tally::count(const HabitCalendar& calendar, const HabitPeriod& period, LocalDate date,
                  const DayFact& fact, bool paused) {
  const bool any = calendar.anyDates(period);
  const bool asked = any || calendar.isDue(date);
  if (fact.done) {
    ++completions;
    lastCompleted = date;
    if (asked) {
      ++done;
      lastDone = date;
    }
  } else if (fact.excused) {
    if (asked && !paused) ++skips;
  } else if (fact.flown) {
    return;
  } else if (!any && asked && !paused) {
    ++missed;
  }
}

void Tally::add(const HabitCalendar& calendar, const std::vector<StrengthRule>& rules,
                const DayFact& fact) {
  const LocalDate date = through + days(1);
  const HabitPeriod period = calendar.periodOf(date);
  if (period.first == date && date > begin) {
    close(calendar, calendar.periodOf(through), period);
  }
  const bool paused = calendar.isPaused(date);
  count(calendar, period, date, fact, paused);
  int keep = 1;
  for (const StrengthRule& rule : rules) keep = std::max(keep, rule.window);
  const bool rests = !fact.done && (fact.excused || fact.flown || paused);
  strength.add(fact.value, rests, rules[period.version], keep);
  through = date;
}

Streak Tally::current(const HabitCalendar& calendar, bool running) const {
  if (through < begin || covered) return closed;
  const HabitPeriod period = calendar.periodOf(through);
  const bool over = !running && through == period.last;
  switch (judge(calendar, period, over)) {
    case Verdict::kKept: return with(calendar, period, over);
    case Verdict::kMissed: return {};
    case Verdict::kOpen:
    case Verdict::kExcused: break;
  }
  return closed;
}

Streak Tally::longestYet(const HabitCalendar& calendar, bool running) const {
  const Streak now = current(calendar, running);
  return now.count > longest.count ? now : longest;
}

bool Tally::isSatisfied(const HabitCalendar& calendar) const {
  if (through < begin) return false;
  const HabitPeriod period = calendar.periodOf(through);
  return judge(calendar, period, false) == Verdict::kKept ||
         (calendar.anyDates(period) && calendar.required(period) - skips <= 0);
}

}  // namespace sw::habits
