#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"
#include "tasks/task.h"

namespace sw::tasks {

/// By what a list is sorted; ties by id.
enum class TaskSort : std::uint8_t {
  kCreated,   // oldest first
  kUpdated,   // latest first
  kDeadline,  // nearest first, those without last
  kPriority,  // most important first, then by deadline
};

/// Which of a person's tasks are asked for.
struct TaskQuery {
  std::optional<TaskStatus> status;
  /// Those whose deadline passes from the first instant on and before the second.
  std::optional<base::Instant> dueFrom;
  std::optional<base::Instant> dueBefore;
  base::Uuid goalId;               // nil: any
  std::string tag;                 // empty: any
  std::vector<std::string> words;  // each begins a word of title, notes or tags; at most kMaxWords
  TaskSort sort = TaskSort::kCreated;

  static constexpr std::size_t kMaxWords = 4;
};

/// Where a page of a list ended: the last row's place in its sort, and its id.
struct TaskPosition {
  std::int64_t key = std::numeric_limits<std::int64_t>::min();
  base::Uuid id;
};

/// A task's place in a list sorted so; smaller comes first.
std::int64_t sortKeyOf(const Task& task, TaskSort sort);
/// What search looks in: the words of title, notes and tags, each after a line feed.
std::string searchTermsOf(const TaskContent& content);

/// One arrow between two tasks of one owner.
struct Dependency {
  base::Uuid taskId;
  base::Uuid blockerId;

  friend bool operator==(const Dependency&, const Dependency&) = default;
};

/// Where tasks and their time are kept. Thread-safe.
class TaskStore {
 public:
  TaskStore() = default;
  TaskStore(const TaskStore&) = delete;
  TaskStore& operator=(const TaskStore&) = delete;
  virtual ~TaskStore() = default;

  virtual base::Task<base::Result<std::optional<Task>>> find(base::Uuid id) = 0;
  /// At most `limit` of the owner's, after `after`.
  virtual base::Task<base::Result<std::vector<Task>>> list(base::Uuid ownerId, TaskQuery query,
                                                           TaskPosition after, int limit) = 0;
  virtual base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) = 0;

  /// All arrows between the owner's tasks.
  virtual base::Task<base::Result<std::vector<Dependency>>> dependencies(base::Uuid ownerId) = 0;
  /// Those of `ids` that are open tasks of the owner, ascending, each once.
  virtual base::Task<base::Result<std::vector<base::Uuid>>> openAmong(
      base::Uuid ownerId, std::vector<base::Uuid> ids) = 0;

  /// Creates (revision 1) or writes over the row whose revision is `task.revision - 1`, else the
  /// unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const Task& task) = 0;
  /// Lets the unit fail with `kConflict` when any of the owner's arrows has changed since
  /// `dependencies` was read with that version; what was checked against them stays true.
  virtual void guardDependencies(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                 std::int64_t version) = 0;
  /// How often the owner's arrows have changed; read before `dependencies`.
  virtual base::Task<base::Result<std::int64_t>> dependencyVersion(base::Uuid ownerId) = 0;
  /// Removes the task with its time and its arrows; `kConflict` when its revision is another.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) = 0;

  struct EntryPosition {
    base::Instant at = base::Instant::max();
    base::Uuid id;
  };
  /// At most `limit` entries, latest first, from before a place.
  virtual base::Task<base::Result<std::vector<TimeEntry>>> timePage(base::Uuid taskId,
                                                                    EntryPosition before,
                                                                    int limit) = 0;
  virtual base::Task<base::Result<std::optional<TimeEntry>>> findTime(base::Uuid taskId,
                                                                      base::Uuid id) = 0;
  virtual void putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) = 0;
  /// The unit fails with `kNotFound` when there is no such entry.
  virtual void removeTime(jobs::UnitOfWork& unit, base::Uuid taskId, base::Uuid id) = 0;
};

}  // namespace sw::tasks
