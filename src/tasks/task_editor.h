#pragma once

#include <string_view>
#include <vector>

#include "accounts/local_day.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"
#include "tasks/task_store.h"

namespace sw::tasks {

/// Creates, changes, completes and removes tasks. Every change raises the task's revision and
/// enters the change log, all in the caller's unit of work; nothing is written before the caller
/// commits. Two changes of one task at a time never mix, nor do two that change what waits for
/// what: the second unit fails with `kConflict` and is to be worked out again. Thread-safe; the
/// stores must outlive it.
class TaskEditor {
 public:
  TaskEditor(TaskStore& tasks, jobs::ChangeLog& changes, const base::Clock& clock)
      : tasks_(tasks), changes_(changes), clock_(clock) {}

  /// For whom and under which rules something is changed.
  struct Context {
    accounts::DayRule rule;  // of the owner
    jobs::Actor actor;
  };
  /// A task as a unit will leave it.
  struct Written {
    Task task;
    bool changed = true;     // false: there was nothing to write
    bool completed = false;  // it was not, and now is
    bool repeated = false;   // its next instance was made
  };

  /// `kInvalid` when the owner has `kMaxTasks` already, a blocker is none of their tasks, or the
  /// task would wait for itself (the message names the way round); `kConflict` when it is to be
  /// completed and a blocker is still open (the message names those).
  base::Task<base::Result<Written>> create(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                           TaskContent content, Context context);
  /// Gives the task that content; fails as `create` does. A status that changes does what
  /// `complete` and `reopen` do. Blockers that were deleted meanwhile are left out.
  base::Task<base::Result<Written>> change(jobs::UnitOfWork& unit, Task task, TaskContent content,
                                           Context context);
  /// Completes the task; of a recurring one the next instance is made. Doing it twice changes
  /// nothing. `kConflict` when a blocker is still open.
  base::Task<base::Result<Written>> complete(jobs::UnitOfWork& unit, Task task, Context context);
  /// Opens a completed or cancelled task again. The next instance that its completion had made
  /// goes away where nobody has touched it. Doing it twice changes nothing.
  base::Task<base::Result<Written>> reopen(jobs::UnitOfWork& unit, Task task, Context context);
  void remove(jobs::UnitOfWork& unit, const Task& task, const jobs::Actor& actor);

  /// Adds time that was spent on the task.
  void logTime(jobs::UnitOfWork& unit, Task task, const TimeEntry& entry, const jobs::Actor& actor);
  void removeTime(jobs::UnitOfWork& unit, Task task, const TimeEntry& entry,
                  const jobs::Actor& actor);

  static constexpr std::int64_t kMaxTasks = 20'000;

 private:
  /// Checks blockers that are others than `before` and keeps what was found true until the commit.
  base::Task<base::Result<void>> guardBlockers(jobs::UnitOfWork& unit, Task& task,
                                               std::vector<base::Uuid> before);
  base::Task<base::Result<void>> checkOwn(Task& task, const std::vector<base::Uuid>& before);
  base::Task<base::Result<void>> checkUnblocked(const Task& task);
  void repeat(jobs::UnitOfWork& unit, Written& written, const Context& context);
  base::Task<base::Result<void>> takeBackSuccessor(jobs::UnitOfWork& unit, Task& task,
                                                   const jobs::Actor& actor);
  void log(jobs::UnitOfWork& unit, std::string_view type, const Task& task,
           const jobs::Actor& actor);

  TaskStore& tasks_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

}  // namespace sw::tasks
