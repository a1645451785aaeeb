#include "habits/habit_state.h"

#include <algorithm>
#include <array>

#include "habits/flown_dates.h"

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

  /// Dates without entries up to `date`.
  void skipTo(Tally& tally, LocalDate date, const FlownDates& flown) const {
    while (tally.through < date) {
      DayFact fact;
      fact.flown = flown.holds(tally.through + days(1));
      tally.add(calendar_, rules_, fact);
    }
  }
  /// The dates without entries before an entry's.
  void reach(Tally& tally, const HabitEntry& entry) const {
    const LocalDate first = tally.through + days(1);
    if (first < entry.date) skipTo(tally, entry.date - days(1), FlownDates(first, entry));
  }
  /// The entry's date, and those without entries before it.
  void take(Tally& tally, const HabitEntry& entry) const {
    reach(tally, entry);
    const std::size_t version = calendar_.versionOn(entry.date);
    tally.add(calendar_, rules_, factOf(entry, goalOf(calendar_.version(version))));
  }

 private:
  const HabitCalendar& calendar_;
  std::vector<StrengthRule> rules_;
};

LocalDate beginOfHabit(const HabitContent& content) { return content.versions.front().from; }

/// The last tallies that are kept, as they come.
class Keeper {
 public:
  void show(const Tally& tally) {
    const auto stretch = stretchOf(tally.through);
    if (!kept_.empty() && stretchOf(kept_.back().through) == stretch) return;
    if (kept_.size() == HabitState::kCheckpoints) kept_.erase(kept_.begin());
    kept_.push_back(tally);
  }
  void addTo(std::vector<HabitState::Checkpoint>& out) const {
    for (const Tally& tally : kept_) out.push_back({tally.through, encodeTally(tally)});
    const auto most = static_cast<std::ptrdiff_t>(HabitState::kCheckpoints);
    if (std::ssize(out) > most) out.erase(out.begin(), out.end() - most);
  }
  [[nodiscard]] static std::int64_t stretchOf(LocalDate date) {
    return date.time_since_epoch() / HabitState::kStretch;
  }

 private:
  std::vector<Tally> kept_;
};

/// Counts entries behind what `state` has counted, which has no last one.
void countOn(HabitState& state, const HabitCalendar& calendar,
             const std::vector<HabitEntry>& entries) {
  const Counter counter(calendar);
  Keeper keeper;
  if (!state.checkpoints.empty()) keeper.show(state.settled);
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
    counter.take(state.settled, entries[i]);
    keeper.show(state.settled);
  }
  counter.reach(state.settled, entries.back());
  state.last = entries.back();
  state.last->note.clear();
  if (!state.checkpoints.empty()) state.checkpoints.pop_back();  // the keeper has it as well
  keeper.addTo(state.checkpoints);
}

}  // namespace

HabitState HabitState::fresh(const HabitContent& content) {
  return {Tally::startingAt(beginOfHabit(content)), std::nullopt, {}};
}

HabitState HabitState::counted(const HabitContent& content,
                               const std::vector<HabitEntry>& entries) {
  HabitState state = fresh(content);
  if (entries.empty()) return state;
  const LocalDate begin = std::min(beginOfHabit(content), entries.front().date);
  state.settled = Tally::startingAt(begin);
  countOn(state, HabitCalendar(content, begin), entries);
  return state;
}

std::optional<HabitState> HabitState::before(LocalDate date) const {
  HabitState state;
  state.checkpoints = checkpoints;
  while (!state.checkpoints.empty() && state.checkpoints.back().through >= date) {
    state.checkpoints.pop_back();
  }
  if (state.checkpoints.empty()) return std::nullopt;
  auto tally = decodeTally(state.checkpoints.back().tally);
  if (!tally) return std::nullopt;
  state.settled = *std::move(tally);
  return state;
}

HabitState HabitState::countedOn(const HabitContent& content,
                                 const std::vector<HabitEntry>& entries) const {
  HabitState state = *this;
  countOn(state, HabitCalendar(content, settled.begin), entries);
  return state;
}

void HabitState::append(const HabitCalendar& calendar, const HabitEntry& entry) {
  const Counter counter(calendar);
  if (last) {
    counter.take(settled, *last);
    const auto stretch = Keeper::stretchOf(settled.through);
    if (checkpoints.empty() || Keeper::stretchOf(checkpoints.back().through) != stretch) {
      if (checkpoints.size() == kCheckpoints) checkpoints.erase(checkpoints.begin());
      checkpoints.push_back({settled.through, encodeTally(settled)});
    }
  }
  counter.reach(settled, entry);
  last = entry;
  last->note.clear();
}

Tally tallyThrough(const HabitCalendar& calendar, const std::vector<HabitEntry>& ascending,
                   LocalDate date, const base::Zone& zone,
                   const std::function<void(const Tally&)>& eachDate) {
  Tally tally = Tally::startingAt(calendar.begin());
  const std::vector<StrengthRule> rules = strengthRules(calendar);
  const auto addOne = [&](const DayFact& fact) {
    tally.add(calendar, rules, fact);
    if (eachDate) eachDate(tally);
  };
  const auto addUntil = [&](LocalDate end, const FlownDates& flown) {
    while (tally.through + days(1) < end) {
      DayFact fact;
      fact.flown = flown.holds(tally.through + days(1));
      addOne(fact);
    }
  };
  for (const HabitEntry& entry : ascending) {
    const LocalDate first = tally.through + days(1);
    if (first > date) return tally;
    if (first < entry.date) {
      addUntil(std::min(entry.date, date + days(1)), FlownDates(first, entry));
    }
    if (entry.date > date) return tally;
    addOne(factOf(entry, goalOf(calendar.version(calendar.versionOn(entry.date)))));
  }
  addUntil(date + days(1), FlownDates(tally.through + days(1), date, zone));
  return tally;
}

namespace {

/// Finds when something is next to be done, for a habit that is counted up to `tally.through`.
std::optional<LocalDate> findNextDue(const HabitCalendar& calendar, const Tally& tally,
                                     const HabitState& state, LocalDate today,
                                     const base::Zone& zone) {
  const auto forGood = calendar.pausedForGoodFrom();
  const LocalDate end = today + kHorizon;
  const FlownDates flown(today, end, zone);
  for (LocalDate date = std::max(today, calendar.begin()); date <= end; date += days(1)) {
    if (forGood && date >= *forGood) return std::nullopt;
    if (calendar.isPaused(date) || flown.holds(date)) continue;
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
std::optional<LocalDate> findSafeThrough(const HabitCalendar& calendar, Tally tally,
                                         const base::Zone& zone) {
  const std::vector<StrengthRule> rules = strengthRules(calendar);
  const auto forGood = calendar.pausedForGoodFrom();
  const LocalDate end = tally.through + kHorizon;
  const FlownDates flown(tally.through + days(1), end, zone);
  while (tally.through < end) {
    if (forGood && tally.through >= *forGood &&
        calendar.periodOf(tally.through).first >= *forGood) {
      return std::nullopt;
    }
    DayFact fact;
    fact.flown = flown.holds(tally.through + days(1));
    tally.add(calendar, rules, fact);
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
  if (tally.through < firstOpen - days(1)) {
    const LocalDate first = tally.through + days(1);
    counter.skipTo(tally, firstOpen - days(1), FlownDates(first, firstOpen - days(1), day.zone));
  }

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
    progress.nextDue = findNextDue(calendar, tally, state, progress.today, day.zone);
    progress.due = progress.nextDue == progress.today;
  }
  if (progress.current.count > 0) {
    progress.streakSafeThrough = findSafeThrough(calendar, tally, day.zone);
  }
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
