#include "api/task_services.h"

#include <algorithm>
#include <utility>

#include "api/etag.h"
#include "tasks/task_json.h"

namespace sw::api {

using base::Code;
using base::Result;
using base::Task;

Task<Result<FoundTask>> findTask(TaskServices& services, RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("taskId"));
  SW_CO_TRY(auto task, co_await services.tasks.find(id));
  if (!task || task->ownerId != scope.userId()) {
    co_return base::Error(Code::kNotFound, "there is no such task");
  }
  SW_CO_TRY(accounts::DayRule rule, co_await goals::dayRuleOf(services.settings, scope.userId()));
  co_return FoundTask{*std::move(task), rule};
}

Result<void> checkTaskMatch(const RequestScope& scope, const tasks::Task& task) {
  const std::string_view wanted = scope.head().header("If-Match");
  const std::string etag = tasks::etagOf(task);
  if (wanted.empty() || ifMatchNames(withoutStates(wanted), etag)) return {};
  return base::Error(Code::kPreconditionFailed,
                     "it was changed since: its revision is now " + etag);
}

Task<Result<std::vector<base::Uuid>>> openBlockersOf(tasks::TaskStore& tasks, tasks::Task task) {
  std::vector<base::Uuid> blockers = std::move(task.content.blockedBy);
  if (blockers.empty()) co_return blockers;
  SW_CO_TRY(const auto open, co_await tasks.openAmong(task.ownerId, blockers));
  std::erase_if(blockers,
                [&](const base::Uuid& id) { return !std::ranges::binary_search(open, id); });
  co_return blockers;
}

Task<Result<Response>> taskResponse(TaskServices& services, RequestScope& scope, int status,
                                    tasks::Task task) {
  SW_CO_TRY(const auto open, co_await openBlockersOf(services.tasks, task));
  const base::Instant now = scope.clock().now();
  std::string out;
  tasks::appendTaskView(out, task, open, now);
  co_return scope.tagged(status, std::move(out), tasks::viewTagOf(task, open, now));
}

Task<Result<Response>> commitTask(TaskServices& services, RequestScope& scope,
                                  jobs::UnitOfWork& unit, tasks::TaskEditor::Written written) {
  const bool made = scope.route().success == 201;
  SW_CO_TRY(Response response,
            co_await taskResponse(services, scope, scope.route().success, written.task));
  if (made) response.with("Location", "/tasks/" + written.task.id.toString());
  SW_CO_TRY(Response answer, co_await scope.commit(unit, std::move(response)));
  if (made) services.probe.taskCreated(written.task);
  if (written.completed) services.probe.taskCompleted(written.task);
  if (written.repeated) services.probe.taskRepeated(written.task);
  co_return answer;
}

}  // namespace sw::api
