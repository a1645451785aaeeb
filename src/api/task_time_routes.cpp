#include "api/task_time_routes.h"

#include <utility>

#include "api/entry_page.h"
#include "tasks/task_json.h"

namespace sw::api {

using base::Result;
using base::Task;

void TaskTimeRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/tasks/{taskId}/time",
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/tasks/{taskId}/time",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return add(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/tasks/{taskId}/time/{timeId}",
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> TaskTimeRoutes::list(RequestScope& scope) {
  SW_CO_TRY(const FoundTask found, co_await findTask(services_, scope));
  SW_CO_TRY(const EntryPage page, readEntryPage(scope));
  const tasks::TaskStore::EntryPosition before{page.before, page.beforeId};
  SW_CO_TRY(const std::vector<tasks::TimeEntry> entries,
            co_await services_.tasks.timePage(found.task.id, before, page.limit + 1));
  co_return entryPageOf(entries, page.limit, tasks::appendTimeView);
}

Task<Result<Response>> TaskTimeRoutes::add(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    base::json::Problems problems;
    const base::Instant now = scope.clock().now();
    tasks::TimeEntry entry = tasks::readTime(body.root(), now, problems);
    if (!problems.empty()) co_return problems.toError();
    entry.id = base::newUuid(scope.clock());
    entry.taskId = found.task.id;
    entry.created = now;
    const auto unit = scope.begin();
    services_.editor.logTime(*unit, std::move(found.task), entry, scope.actor());
    std::string out;
    tasks::appendTimeView(out, entry);
    Response response = jsonResponse(201, std::move(out));
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> TaskTimeRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("timeId"));
    SW_CO_TRY(const auto entry, co_await services_.tasks.findTime(found.task.id, id));
    if (!entry) co_return base::Error(base::Code::kNotFound, "there is no such entry");
    const auto unit = scope.begin();
    services_.editor.removeTime(*unit, std::move(found.task), *entry, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

}  // namespace sw::api
