#include "tasks/task_editor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/json_reader.h"
#include "jobs/event_types.h"
#include "tasks/dependencies.h"
#include "tasks/repetition.h"
#include "tasks/task_json.h"

namespace sw::tasks {
namespace {

using base::Code;
using base::Error;
using base::Result;
namespace event_type = jobs::event_type;

void derive(Task& task, const accounts::DayRule& rule) {
  task.deadlineAt.reset();
  if (task.content.deadline) task.deadlineAt = passingOf(*task.content.deadline, rule);
}

}  // namespace

void TaskEditor::log(jobs::UnitOfWork& unit, std::string_view type, const Task& task,
                     const jobs::Actor& actor) {
  jobs::Change change;
  change.userId = task.ownerId;
  change.type = type;
  change.resourceId = task.id;
  change.revision = task.revision;
  change.at = clock_.now();
  change.requestId = actor.requestId;
  change.traceParent = actor.traceParent;
  changes_.append(unit, std::move(change));
}

base::Task<Result<void>> TaskEditor::checkOwn(Task& task, const std::vector<base::Uuid>& before) {
  base::json::Problems problems;
  std::vector<base::Uuid> kept;
  for (std::size_t i = 0; i < task.content.blockedBy.size(); ++i) {
    const base::Uuid id = task.content.blockedBy[i];
    SW_CO_TRY(const auto blocker, co_await tasks_.find(id));
    if (blocker && blocker->ownerId == task.ownerId) {
      kept.push_back(id);
    } else if (std::ranges::find(before, id) == before.end()) {
      problems.add("blockedBy[" + std::to_string(i) + "]", "is no task of yours");
    }
  }
  if (!problems.empty()) co_return problems.toError();
  task.content.blockedBy = std::move(kept);
  co_return Result<void>();
}

base::Task<Result<void>> TaskEditor::checkUnblocked(const Task& task) {
  SW_CO_TRY(const auto open, co_await tasks_.openAmong(task.ownerId, task.content.blockedBy));
  if (open.empty()) co_return Result<void>();
  std::string issue = "holds open tasks, which are to be done before:";
  for (const base::Uuid& id : open) issue += ' ' + id.toString();
  co_return Error(Code::kConflict, "blockedBy " + issue, {{"blockedBy", issue}});
}

base::Task<Result<void>> TaskEditor::guardBlockers(jobs::UnitOfWork& unit, Task& task,
                                                   std::vector<base::Uuid> before) {
  SW_CO_CHECK(co_await checkOwn(task, before));
  SW_CO_TRY(const std::int64_t version, co_await tasks_.dependencyVersion(task.ownerId));
  SW_CO_TRY(const auto arrows, co_await tasks_.dependencies(task.ownerId));
  const std::vector<base::Uuid> way = cycleWith(task.id, task.content.blockedBy, arrows);
  if (!way.empty()) {
    std::string named;
    for (const base::Uuid& id : way) {
      if (!named.empty()) named += " waits for ";
      named += id.toString();
    }
    base::json::Problems problems;
    problems.add("blockedBy", "makes the task wait for itself: " + named);
    co_return problems.toError();
  }
  tasks_.guardDependencies(unit, task.ownerId, version);
  co_return Result<void>();
}

void TaskEditor::repeat(jobs::UnitOfWork& unit, Written& written, const Context& context) {
  Task& task = written.task;
  if (!task.successorId.isNil()) return;
  auto content = nextOf(task, *task.completedAt, context.rule);
  if (!content) return;
  Task next;
  next.id = base::newUuid(clock_);
  next.ownerId = task.ownerId;
  next.content = *std::move(content);
  next.seriesId = task.seriesId.isNil() ? task.id : task.seriesId;
  next.occurrence = task.occurrence + 1;
  next.revision = 1;
  next.created = clock_.now();
  next.updated = next.created;
  derive(next, context.rule);
  task.seriesId = next.seriesId;
  task.successorId = next.id;
  written.repeated = true;
  tasks_.put(unit, next);
  log(unit, event_type::kTaskCreated, next, context.actor);
}

base::Task<Result<void>> TaskEditor::takeBackSuccessor(jobs::UnitOfWork& unit, Task& task,
                                                       const jobs::Actor& actor) {
  if (task.successorId.isNil()) co_return Result<void>();
  SW_CO_TRY(const auto next, co_await tasks_.find(task.successorId));
  // One that was changed, completed or worked on stays; the series then goes on from it.
  if (next && next->revision > 1) co_return Result<void>();
  if (next) remove(unit, *next, actor);
  task.successorId = {};
  co_return Result<void>();
}

base::Task<Result<TaskEditor::Written>> TaskEditor::create(jobs::UnitOfWork& unit,
                                                           base::Uuid ownerId, TaskContent content,
                                                           Context context) {
  SW_CO_TRY(const std::int64_t count, co_await tasks_.count(ownerId));
  if (count >= kMaxTasks) {
    co_return Error(Code::kInvalid,
                    "there can be at most " + std::to_string(kMaxTasks) + " tasks; delete some");
  }
  Written written;
  Task& task = written.task;
  task.id = base::newUuid(clock_);
  task.ownerId = ownerId;
  task.content = std::move(content);
  task.revision = 1;
  task.created = clock_.now();
  task.updated = task.created;
  derive(task, context.rule);
  if (!task.content.blockedBy.empty()) {
    std::vector<base::Uuid> none;
    SW_CO_CHECK(co_await guardBlockers(unit, task, std::move(none)));
  }
  written.completed = task.content.status == TaskStatus::kCompleted;
  if (written.completed) {
    SW_CO_CHECK(co_await checkUnblocked(task));
    task.completedAt = task.created;
  }
  if (!task.content.recurrence.empty()) task.seriesId = task.id;
  if (written.completed) repeat(unit, written, context);
  tasks_.put(unit, task);
  log(unit, event_type::kTaskCreated, task, context.actor);
  if (written.completed) log(unit, event_type::kTaskCompleted, task, context.actor);
  co_return written;
}

base::Task<Result<TaskEditor::Written>> TaskEditor::change(jobs::UnitOfWork& unit, Task task,
                                                           TaskContent content, Context context) {
  Written written;
  if (content == task.content) {
    written.task = std::move(task);
    written.changed = false;
    co_return written;
  }
  const TaskStatus before = task.content.status;
  std::vector<base::Uuid> blockers = task.content.blockedBy;
  task.content = std::move(content);
  const bool rearranged = task.content.blockedBy != blockers;
  ++task.revision;
  task.updated = clock_.now();
  derive(task, context.rule);
  if (rearranged) SW_CO_CHECK(co_await guardBlockers(unit, task, std::move(blockers)));
  if (!task.content.recurrence.empty() && task.seriesId.isNil()) task.seriesId = task.id;
  const TaskStatus after = task.content.status;
  if (before == TaskStatus::kCompleted && after != before) {
    task.completedAt.reset();
    SW_CO_CHECK(co_await takeBackSuccessor(unit, task, context.actor));
  }
  written.completed = after == TaskStatus::kCompleted && before != after;
  if (written.completed) {
    SW_CO_CHECK(co_await checkUnblocked(task));
    task.completedAt = clock_.now();
  }
  written.task = std::move(task);
  if (written.completed) repeat(unit, written, context);
  tasks_.put(unit, written.task);
  log(unit, written.completed ? event_type::kTaskCompleted : event_type::kTaskUpdated, written.task,
      context.actor);
  co_return written;
}

base::Task<Result<TaskEditor::Written>> TaskEditor::complete(jobs::UnitOfWork& unit, Task task,
                                                             Context context) {
  TaskContent content = task.content;
  content.status = TaskStatus::kCompleted;
  co_return co_await change(unit, std::move(task), std::move(content), std::move(context));
}

base::Task<Result<TaskEditor::Written>> TaskEditor::reopen(jobs::UnitOfWork& unit, Task task,
                                                           Context context) {
  TaskContent content = task.content;
  content.status = TaskStatus::kOpen;
  co_return co_await change(unit, std::move(task), std::move(content), std::move(context));
}

void TaskEditor::remove(jobs::UnitOfWork& unit, const Task& task, const jobs::Actor& actor) {
  tasks_.remove(unit, task.id, task.revision);
  Task gone = task;
  ++gone.revision;
  log(unit, event_type::kTaskDeleted, gone, actor);
}

void TaskEditor::logTime(jobs::UnitOfWork& unit, Task task, const TimeEntry& entry,
                         const jobs::Actor& actor) {
  task.timeSpent += entry.duration;
  ++task.revision;
  task.updated = clock_.now();
  tasks_.put(unit, task);
  tasks_.putTime(unit, entry);
  log(unit, event_type::kTaskUpdated, task, actor);
}

void TaskEditor::removeTime(jobs::UnitOfWork& unit, Task task, const TimeEntry& entry,
                            const jobs::Actor& actor) {
  task.timeSpent -= entry.duration;
  ++task.revision;
  task.updated = clock_.now();
  tasks_.put(unit, task);
  tasks_.removeTime(unit, task.id, entry.id);
  log(unit, event_type::kTaskUpdated, task, actor);
}

}  // namespace sw::tasks
