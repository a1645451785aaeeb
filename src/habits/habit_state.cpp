#include "habits/habit_state.h"

#include <algorithm>
#include <array>
#include <map>

namespace sw::habits {
namespace {

using std::chrono::days;

/// Longer rests than this are not looked through for the next due date.
constexpr days kHorizon{366 * 9};  // 29 February comes again within 8 years

/// Counts dates one after the other, with the facts that entries give.
class Counter {
 public:
  explicit Counter(const HabitCalendar& calendar)
      : calendar_(calendar), rules_(strengthRules(calendar)) {}

  /// Dates without entries up to `date`; the last `flown` of them were flown over.
  void skipTo(Tally& tally, LocalDate date, int flown = 0) const {
    while (tally.through < date) {
      DayFact fact;
      fact.flown = tally.through + days(1) > date - days(flown);
      tally.add(calendar_, rules_, fact);
    }
  }
  /// The entry's date, and those without entries before it.
  void take(Tally& tally, const HabitEntry& entry) const {
    skipTo(tally, entry.date - days(1), entry.flownOver);
    const std::size_t version = calendar_.versionOn(entry.date);
    tally.add(calendar_, rules_, factOf(entry, goalOf(calendar_.version(version))));
  }

 private:
  const HabitCalendar& calendar_;
  std::vector<StrengthRule> rules_;
};

LocalDate beginOfHabit(const HabitContent& content) { return content.versions.front().from; }

}  // namespace

HabitState HabitState::fresh(const HabitContent& content) {
  return {Tally::startingAt(beginOfHabit(content)), std::nullopt};
}

HabitState HabitState::counted(const HabitContent& content,
                               const std::vector<HabitEntry>& entries) {
  HabitState state = fresh(content);
  if (entries.empty()) return state;
  const LocalDate begin = std::min(beginOfHabit(content), entries.front().date);
  const HabitCalendar calendar(content, begin);
  state.settled = Tally::startingAt(begin);
  const Counter counter(calendar);
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) counter.take(state.settled, entries[i]);
  counter.skipTo(state.settled, entries.back().date - days(1), entries.back().flownOver);
  state.last = entries.back();
  state.last->note.clear();
  return state;
}

void HabitState::append(const HabitCalendar& calendar, const HabitEntry& entry) {
  const Counter counter(calendar);
  if (last) counter.take(settled, *last);
  counter.skipTo(settled, entry.date - days(1), entry.flownOver);
  last = entry;
  last->note.clear();
}

Tally tallyThrough(const HabitCalendar& calendar, const std::vector<HabitEntry>& ascending,
                   LocalDate date, const std::function<void(const Tally&)>& eachDate) {
  Tally tally = Tally::startingAt(calendar.begin());
  const std::vector<StrengthRule> rules = strengthRules(calendar);
  auto next = ascending.begin();
  while (tally.through < date) {
    const LocalDate day = tally.through + days(1);
    while (next != ascending.end() && next->date < day) ++next;
    DayFact fact;
    if (next != ascending.end()) {
      if (next->date == day) {
        fact = factOf(*next, goalOf(calendar.version(calendar.versionOn(day))));
      } else {
        fact.flown = day >= next->date - days(next->flownOver);
      }
    }
    tally.add(calendar, rules, fact);
    if (eachDate) eachDate(tally);
  }
  return tally;
}

int flownOver(const HabitEntry& last, LocalDate date, base::Instant now,
              const accounts::DayRule& day) {
  LocalDate first = date;
  if (last.timeZone != day.zone.name()) {
    if (const auto zone = base::Zone::find(last.timeZone); zone.ok()) {
      first = std::min(first, accounts::localDateOf(now, {*zone, day.boundary}));
    }
  }
  // A zone that has moved over the date line has left a day out.
  while (first > last.date + days(1) &&
         accounts::beginOf(first - days(1), day) == accounts::beginOf(first, day)) {
    first -= days(1);
  }
  first = std::max(first, last.date + days(1));
  return first < date ? static_cast<int>((date - first).count()) : 0;
}

namespace {

/// Finds when something is next to be done, for a habit that is counted up to `tally.through`.
std::optional<LocalDate> findNextDue(const HabitCalendar& calendar, const Tally& tally,
                                     const HabitState& state, LocalDate today) {
  const auto forGood = calendar.pausedForGoodFrom();
  const LocalDate end = today + kHorizon;
  for (LocalDate date = std::max(today, calendar.begin()); date <= end; date += days(1)) {
    if (forGood && date >= *forGood) return std::nullopt;
    if (calendar.isPaused(date)) continue;
    const bool settledDate = date <= tally.through && state.last && state.last->date == date &&
                             (state.last->isExcused() || state.last->isDone());
    const HabitPeriod period = calendar.periodOf(date);
    if (calendar.anyDates(period)) {
      const bool underWay = tally.through >= period.first && tally.through <= period.last;
      if (underWay && tally.isSatisfied(calendar)) {
        date = period.last;
      } else if (!settledDate && calendar.required(period) > 0) {
        return date;
      }
      continue;
    }
    const auto due = calendar.nextDue(date, end);
    if (!due) return std::nullopt;
    if (*due > date) {
      date = *due - days(1);
    } else if (!settledDate) {
      return date;
    }
  }
  return std::nullopt;
}

/// The last date after which the streak still stands, if nothing more is done.
std::optional<LocalDate> findSafeThrough(const HabitCalendar& calendar, Tally tally) {
  const std::vector<StrengthRule> rules = strengthRules(calendar);
  const auto forGood = calendar.pausedForGoodFrom();
  const LocalDate end = tally.through + kHorizon;
  while (tally.through < end) {
    if (forGood && tally.through >= *forGood &&
        calendar.periodOf(tally.through).first >= *forGood) {
      return std::nullopt;
    }
    tally.add(calendar, rules, {});
    if (tally.current(calendar, false).count == 0) return tally.through;
  }
  return std::nullopt;
}

}  // namespace

HabitProgress progressOf(const Habit& habit, const HabitState& state, base::Instant now,
                         const accounts::DayRule& day) {
  const HabitCalendar calendar(habit.content, state.settled.begin);
  const Counter counter(calendar);
  HabitProgress progress;
  progress.today = accounts::localDateOf(now, day);
  LocalDate firstOpen = progress.today;
  if (state.last && state.last->timeZone != day.zone.name()) {
    if (const auto zone = base::Zone::find(state.last->timeZone); zone.ok()) {
      firstOpen = std::min(firstOpen, accounts::localDateOf(now, {*zone, day.boundary}));
    }
  }

  Tally tally = state.settled;
  bool running = false;
  if (state.last) {
    const bool settled = state.last->isDone() || state.last->isExcused();
    if (state.last->date < firstOpen || settled) {
      counter.take(tally, *state.last);
      running = state.last->date >= firstOpen;
    }
    if (state.last->date == progress.today) {
      progress.entry = state.last;
      progress.done = state.last->isDone();
    }
  }
  if (tally.through < firstOpen - days(1)) counter.skipTo(tally, firstOpen - days(1));

  progress.current = tally.current(calendar, running);
  progress.longest = tally.longestYet(calendar, running);
  progress.unit = unitOf(habit.versionOn(progress.today).frequency);
  if (unitOf(habit.versionOn(tally.through).frequency) != progress.unit) {
    progress.current = inUnit(progress.current, progress.unit);
    progress.longest = inUnit(progress.longest, progress.unit);
    if (progress.current.count > progress.longest.count) progress.longest = progress.current;
  }
  progress.strength = tally.strength.value();
  progress.completions = tally.completions;
  progress.lastCompleted = tally.lastCompleted;
  if (!habit.content.archived) {
    progress.nextDue = findNextDue(calendar, tally, state, progress.today);
    progress.due = progress.nextDue == progress.today;
  }
  if (progress.current.count > 0) progress.streakSafeThrough = findSafeThrough(calendar, tally);
  return progress;
}

std::int64_t nextMilestone(std::int64_t count) {
  constexpr std::array<std::int64_t, 7> kFirst = {7, 30, 100, 200, 365, 500, 1000};
  constexpr std::int64_t kStep = 500;
  for (const std::int64_t milestone : kFirst) {
    if (milestone > count) return milestone;
  }
  return (count / kStep + 1) * kStep;
}

std::optional<std::int64_t> milestoneReached(std::int64_t before, std::int64_t after) {
  std::optional<std::int64_t> reached;
  for (std::int64_t next = nextMilestone(before); next <= after; next = nextMilestone(next)) {
    reached = next;
  }
  return reached;
}

}  // namespace sw::habits
