#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "habits/habit.h"
#include "habits/habit_calendar.h"
#include "habits/strength.h"

namespace sw::habits {

/// What is known of one date when it is counted.
struct DayFact {
  bool done = false;
  bool excused = false;  // skipped or frozen
  bool flown = false;    // the person flew over it
  double value = 0;      // of the goal, at most 1
};

/// How an entry reads under the habit's goal of its date.
DayFact factOf(const HabitEntry& entry, double goal);

/// A streak: so many periods kept in a row, where excused ones stand between.
struct Streak {
  std::int64_t count = 0;
  std::int64_t days = 0;           // elapsed in it; excused periods left out
  std::optional<LocalDate> since;  // its first date

  friend bool operator==(const Streak&, const Streak&) = default;
};

/// The streak told in another unit than it was counted in: by its days, where a week has 7 and a
/// month 30; occasions are taken as they are.
Streak inUnit(Streak streak, StreakUnit unit);

/// Everything that is counted of a habit, up to one date. Dates are added in order, each once; the
/// cost of a date does not depend on how many came before. Counting from scratch and going on from
/// a stored tally give the same. A value; not for use by two threads.
///
/// A period is kept when what it asks for was done; it is excused when nothing was asked for, and
/// when it is cut (the habit began in it, its frequency changed in it) and was not kept; otherwise
/// it is missed once its dates are over, and the streak begins anew. Of two parts of one week or
/// month, before and after a change of the frequency, at most one counts.
struct Tally {
  /// Before the first date.
  static Tally startingAt(LocalDate begin);

  /// Counts the next date, `through + 1`, as over.
  void add(const HabitCalendar& calendar, const std::vector<StrengthRule>& rules,
           const DayFact& fact);

  /// The streak with the period that is under way, where that is kept already. `running`: the date
  /// `through` is not over yet, although it was counted.
  [[nodiscard]] Streak current(const HabitCalendar& calendar, bool running) const;
  /// The longest one so far.
  [[nodiscard]] Streak longestYet(const HabitCalendar& calendar, bool running) const;
  /// Whether the period that is under way asks for nothing more.
  [[nodiscard]] bool isSatisfied(const HabitCalendar& calendar) const;

  LocalDate begin{};
  LocalDate through{};
  Streak closed;   // up to the period under way
  Streak longest;  // of closed periods
  std::optional<LocalDate> lastCompleted;
  std::int64_t completions = 0;
  std::optional<LocalDate> lastOccasion;  // the last date of a rule before `through`'s

  // The period under way: the one that holds `through`. Of nothing before `begin`.
  std::int32_t done = 0;    // dates done; with fixed dates, of those
  std::int32_t skips = 0;   // dates excused, pauses aside
  std::int32_t missed = 0;  // fixed dates that were missed
  LocalDate lastDone{};     // the last of `done`
  bool covered = false;     // the part of the period before a change has counted already

  Strength strength;

  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  enum class Verdict { kOpen, kKept, kExcused, kMissed };
  [[nodiscard]] Verdict judge(const HabitCalendar& calendar, const HabitPeriod& period,
                              bool over) const;
  [[nodiscard]] Streak with(const HabitCalendar& calendar, const HabitPeriod& period,
                            bool over) const;
  void close(const HabitCalendar& calendar, const HabitPeriod& period, const HabitPeriod& next);
  void count(const HabitCalendar& calendar, const HabitPeriod& period, LocalDate date,
             const DayFact& fact, bool paused);
};

/// The rules of every version, for `Tally::add`.
std::vector<StrengthRule> strengthRules(const HabitCalendar& calendar);

}  // namespace sw::habits
