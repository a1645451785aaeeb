#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "goals/goal.h"
#include "jobs/unit_of_work.h"

namespace sw::goals {

/// By what a list is sorted; ties by id.
enum class GoalSort : std::uint8_t {
  kCreated,     // oldest first
  kUpdated,     // latest first
  kPriority,    // most important first, then by target date
  kTargetDate,  // nearest first, those without last
  kProgress,    // furthest first
};

/// Which of a person's goals are asked for.
struct GoalQuery {
  std::optional<GoalStatus> status{};
  std::string type{};  // empty: any
  std::string tag{};   // empty: any
  /// Those whose target date is from the first to the last day, both included.
  std::optional<std::chrono::local_days> targetFrom{};
  std::optional<std::chrono::local_days> targetTo{};
  GoalSort sort = GoalSort::kCreated;
};

/// Where a page of a list ended: the last row's place in its sort, and its id.
struct GoalPosition {
  std::int64_t key = std::numeric_limits<std::int64_t>::min();
  base::Uuid id;
};

/// A goal's place in a list sorted so; smaller comes first.
std::int64_t sortKeyOf(const Goal& goal, GoalSort sort);

/// Where goals, their journals and their time are kept. Thread-safe.
class GoalStore {
 public:
  GoalStore() = default;
  GoalStore(const GoalStore&) = delete;
  GoalStore& operator=(const GoalStore&) = delete;
  virtual ~GoalStore() = default;

  virtual base::Task<base::Result<std::optional<Goal>>> find(base::Uuid id) = 0;
  /// At most `limit` of the owner's, after `after`.
  virtual base::Task<base::Result<std::vector<Goal>>> list(base::Uuid ownerId, GoalQuery query,
                                                           GoalPosition after, int limit) = 0;
  /// The owner's goals that are not archived and that a change of a habit or of a task can move:
  /// for habits those that link any, for tasks all, since a task names its goal itself. In the
  /// order of their ids.
  enum class Mover { kHabit, kTask };
  virtual base::Task<base::Result<std::vector<Goal>>> movedBy(base::Uuid ownerId, Mover mover) = 0;
  /// Active goals of anybody whose target date is from the first to the last day, both included,
  /// at most `limit` in the order of their ids after `after`: for reminders.
  virtual base::Task<base::Result<std::vector<Goal>>> dueBetween(std::chrono::local_days from,
                                                                 std::chrono::local_days to,
                                                                 base::Uuid after, int limit) = 0;
  virtual base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) = 0;

  /// Creates (revision 1) or writes over the row whose revision is `goal.revision - 1`, else the
  /// unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const Goal& goal) = 0;
  /// Removes the goal with its journal and its time; `kConflict` when its revision is another.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) = 0;

  /// The goal's whole journal, ascending by `at`, then by id.
  virtual base::Task<base::Result<std::vector<ProgressEntry>>> journal(base::Uuid goalId) = 0;
  /// At most `limit` lines, latest first, from before a place (`at` and id; none: from the last).
  struct EntryPosition {
    base::Instant at = base::Instant::max();
    base::Uuid id;
  };
  virtual base::Task<base::Result<std::vector<ProgressEntry>>> journalPage(base::Uuid goalId,
                                                                           EntryPosition before,
                                                                           int limit) = 0;
  /// Adds a line, or writes over the one with its id. The caller puts the goal in the same unit,
  /// whose revision keeps two changes of one journal apart.
  virtual void putEntry(jobs::UnitOfWork& unit, const ProgressEntry& entry) = 0;
  virtual void removeEntry(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) = 0;

  virtual base::Task<base::Result<std::vector<TimeEntry>>> timePage(base::Uuid goalId,
                                                                    EntryPosition before,
                                                                    int limit) = 0;
  virtual base::Task<base::Result<std::optional<TimeEntry>>> findTime(base::Uuid goalId,
                                                                      base::Uuid id) = 0;
  virtual base::Task<base::Result<std::chrono::minutes>> totalTime(base::Uuid goalId) = 0;
  virtual void putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) = 0;
  /// The unit fails with `kNotFound` when there is no such entry.
  virtual void removeTime(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) = 0;
};

}  // namespace sw::goals
