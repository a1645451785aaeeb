#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/settings.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "habits/habit.h"
#include "jobs/unit_of_work.h"

namespace sw::habits {

/// A habit as it is stored: what queries need in columns, the rest as text. See `habit_record.h`
/// for reading it.
struct HabitRecord {
  base::Uuid userId;
  base::Uuid id;
  std::int64_t revision = 0;
  bool archived = false;
  /// The first date on which it was still to be done when this was written, none when there is no
  /// such date or it is archived. A date that has passed since says that something was missed.
  std::optional<LocalDate> nextDue;
  /// The current streak in days, right before `streakUntil`; from then on it is 0.
  std::int64_t streakDays = 0;
  base::Instant streakUntil{};
  std::string content;  // a JSON object
  std::string state;    // of `HabitState`
  base::Instant created{};
  base::Instant updated{};

  friend bool operator==(const HabitRecord&, const HabitRecord&) = default;
};

/// A habit with its owner's settings, read at once.
struct FoundHabit {
  HabitRecord record;
  std::optional<accounts::SettingsStore::Stored> settings;
};

/// Where habits and what was done are kept. Thread-safe.
class HabitStore {
 public:
  HabitStore() = default;
  HabitStore(const HabitStore&) = delete;
  HabitStore& operator=(const HabitStore&) = delete;
  virtual ~HabitStore() = default;

  /// Nothing when the user has no such habit.
  virtual base::Task<base::Result<std::optional<FoundHabit>>> find(base::Uuid userId,
                                                                   base::Uuid id) = 0;
  enum class Which { kActive, kArchived, kAll };
  /// By id, from behind `after` (nil: from the first).
  virtual base::Task<base::Result<std::vector<HabitRecord>>> list(base::Uuid userId, Which which,
                                                                  base::Uuid after, int limit) = 0;
  /// Where a list of due habits goes on: behind this one. Default: from its begin.
  struct DuePosition {
    LocalDate nextDue = LocalDate::min();
    base::Uuid id;
  };
  /// The user's active habits whose `nextDue` is not after `date`, by that date and id. The cost
  /// does not grow with habits that are due later.
  virtual base::Task<base::Result<std::vector<HabitRecord>>> due(base::Uuid userId, LocalDate date,
                                                                 DuePosition after, int limit) = 0;

  /// Creates (revision 1) or writes over the row whose revision is `record.revision - 1`, else
  /// the unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const HabitRecord& record) = 0;
  /// The same for a habit of which only what follows from its entries has changed: `content`,
  /// `archived` and `created` stay as they are.
  virtual void putState(jobs::UnitOfWork& unit, const HabitRecord& record) = 0;
  /// Removes the habit with all its entries; `kConflict` when its revision is another.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id,
                      std::int64_t revision) = 0;

  /// Adds the date's entry. The unit fails with `kConflict` when there is one.
  virtual void addEntry(jobs::UnitOfWork& unit, base::Uuid habitId, const HabitEntry& entry) = 0;
  /// Writes the date's entry over the one there may be.
  virtual void putEntry(jobs::UnitOfWork& unit, base::Uuid habitId, const HabitEntry& entry) = 0;
  /// Removes the date's entry; `kConflict` when there is none.
  virtual void removeEntry(jobs::UnitOfWork& unit, base::Uuid habitId, LocalDate date) = 0;

  virtual base::Task<base::Result<std::optional<HabitEntry>>> entry(base::Uuid habitId,
                                                                    LocalDate date) = 0;
  /// The entries of the dates `from` to `to`, both included, the newest first; at most `limit`.
  virtual base::Task<base::Result<std::vector<HabitEntry>>> entries(base::Uuid habitId,
                                                                    LocalDate from, LocalDate to,
                                                                    int limit) = 0;

  /// Active habits of everybody by the length of their current streak in days: 0, 1-2, 3-6, 7-13,
  /// 14-29, 30-99, 100 and more. Can be long.
  static constexpr std::size_t kStreakClasses = 7;
  using StreakCensus = std::array<std::int64_t, kStreakClasses>;
  virtual base::Task<base::Result<StreakCensus>> streaks(base::Instant now) = 0;
};

}  // namespace sw::habits
