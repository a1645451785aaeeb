#pragma once

#include <vector>

#include "accounts/settings.h"
#include "api/goal_services.h"
#include "api/request_scope.h"
#include "goals/goal_store.h"
#include "tasks/task_editor.h"
#include "tasks/task_store.h"
#include "tasks/tasks_probe.h"

namespace sw::api {

/// What the routes of tasks work with. All outlive the routes.
struct TaskServices {
  accounts::SettingsStore& settings;
  tasks::TaskStore& tasks;
  goals::GoalStore& goals;
  tasks::TaskEditor& editor;
  const tasks::TasksProbe& probe;
};

/// A task of the caller, and by which rule their days begin and end.
struct FoundTask {
  tasks::Task task;
  accounts::DayRule rule;
};

/// The task in the path. `kNotFound` when there is none or it is another's.
base::Task<base::Result<FoundTask>> findTask(TaskServices& services, RequestScope& scope);

/// `kPreconditionFailed` when If-Match is sent and names another revision. What a tag says of
/// blockers and lateness is left aside: what changes by itself is no reason to refuse a write.
base::Result<void> checkTaskMatch(const RequestScope& scope, const tasks::Task& task);

/// Those of the task's blockers that are still open, in its order.
base::Task<base::Result<std::vector<base::Uuid>>> openBlockersOf(tasks::TaskStore& tasks,
                                                                 tasks::Task task);

/// The task as an answer with its entity tag.
base::Task<base::Result<Response>> taskResponse(TaskServices& services, RequestScope& scope,
                                                int status, tasks::Task task);

/// Commits what an editor wrote with the task as its answer, and tells the probe.
base::Task<base::Result<Response>> commitTask(TaskServices& services, RequestScope& scope,
                                              jobs::UnitOfWork& unit,
                                              tasks::TaskEditor::Written written);

}  // namespace sw::api
