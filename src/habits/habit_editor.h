#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "habits/habit_json.h"
#include "habits/habit_record.h"
#include "habits/habit_store.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::habits {

/// A habit after a change, as the change left it.
struct HabitEdit {
  OpenHabit open;
  HabitProgress progress;
  std::optional<HabitEntry> entry;  // of the date that was told of, when there is one now
  bool changed = true;              // false: it was so already, and nothing is to be committed
  bool completed = false;           // the date has become done by this
  std::optional<std::int64_t> milestone;  // that the streak has reached by this
};

/// What somebody tells of a date.
struct Completion {
  std::optional<LocalDate> date;  // none: today
  /// Adds to what the date has of a goal; without a goal it is kept as a figure. None: what is
  /// missing to the goal, or one more time of several a day.
  std::optional<double> amount;
  std::optional<std::string> note;
};
struct Skip {
  std::optional<LocalDate> date;
  HabitEntry::Status status = HabitEntry::Status::kSkipped;  // or kFrozen
  std::optional<std::string> note;
};

/// Creates, changes and removes habits and what was done of them, each with its entries in the
/// change log. Nothing is written before the caller commits; of two changes of one habit at a time
/// the second unit fails with `kConflict` and is to be worked out again. A completion of today
/// reads nothing but the habit; what is told of a past date, or taken back, counts the habit's
/// entries from some months before that date on anew.
/// Thread-safe; the stores must outlive it.
class HabitEditor {
 public:
  HabitEditor(HabitStore& habits, jobs::ChangeLog& changes, const base::Clock& clock)
      : habits_(habits), changes_(changes), clock_(clock) {}

  /// A new habit, from today on where the input does not say. `kCorrupted` as `dayOf`.
  base::Result<HabitEdit> create(jobs::UnitOfWork& unit, base::Uuid userId, HabitInput input,
                                 const std::optional<accounts::SettingsStore::Stored>& settings,
                                 const jobs::Actor& actor);
  /// Gives the habit another content. A changed frequency or goal holds from `effectiveFrom` (none:
  /// from today) on and leaves what was before as it is. `kInvalid` when that date lies ahead, or
  /// the start does not lie before the first change.
  base::Task<base::Result<HabitEdit>> change(
      jobs::UnitOfWork& unit, OpenHabit open, HabitInput input,
      std::optional<LocalDate> effectiveFrom,
      const std::optional<accounts::SettingsStore::Stored>& settings, const jobs::Actor& actor);
  void remove(jobs::UnitOfWork& unit, const OpenHabit& open, const jobs::Actor& actor);

  /// Marks a date as done, or adds to its amount. `kInvalid` for a date ahead.
  base::Task<base::Result<HabitEdit>> complete(jobs::UnitOfWork& unit, OpenHabit open,
                                               Completion completion, const jobs::Actor& actor);
  /// Takes a completion back, its amount too. `kNotFound` when the date has none.
  base::Task<base::Result<HabitEdit>> undo(jobs::UnitOfWork& unit, OpenHabit open,
                                           std::optional<LocalDate> date, const jobs::Actor& actor);
  /// Excuses a date. `kConflict` when it is done, `kInvalid` for a date ahead.
  base::Task<base::Result<HabitEdit>> skip(jobs::UnitOfWork& unit, OpenHabit open, Skip skip,
                                           const jobs::Actor& actor);
  /// Takes that back. `kNotFound` when the date is not excused.
  base::Task<base::Result<HabitEdit>> unskip(jobs::UnitOfWork& unit, OpenHabit open,
                                             std::optional<LocalDate> date,
                                             const jobs::Actor& actor);

 private:
  /// A date's entry as it is stored, if there is one.
  base::Task<base::Result<std::optional<HabitEntry>>> entryOf(const OpenHabit& open,
                                                              LocalDate date);
  /// At most `limit` of the newest, ascending.
  base::Task<base::Result<std::vector<HabitEntry>>> entriesFrom(base::Uuid habitId, LocalDate first,
                                                                int limit);
  /// Brings the habit's state in step with a date whose entry is this one from now on (none: it
  /// has none), from the checkpoint before it where there is one.
  base::Task<base::Result<void>> recount(OpenHabit& open, LocalDate date,
                                         const std::optional<HabitEntry>& entry);
  /// Writes the entry and brings the habit's state up to it.
  base::Task<base::Result<void>> write(jobs::UnitOfWork& unit, OpenHabit& open,
                                       const HabitEntry& entry);
  base::Task<base::Result<void>> erase(jobs::UnitOfWork& unit, OpenHabit& open, LocalDate date);
  HabitEdit finish(jobs::UnitOfWork& unit, OpenHabit open, const HabitProgress& before,
                   std::string_view type, LocalDate date, const jobs::Actor& actor);
  void log(jobs::UnitOfWork& unit, std::string_view type, const Habit& habit, std::string part,
           const jobs::Actor& actor);

  HabitStore& habits_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

}  // namespace sw::habits
