#include "api/command_routes.h"

#include <utility>

namespace sw::api {
namespace {

using base::Result;
using base::Task;

Response accepted(const jobs::CommandRecord& record) {
  std::string body;
  jobs::appendCommand(body, record);
  Response response = jsonResponse(202, std::move(body));
  response.with("Location", "/commands/" + record.command.taskId);
  return response;
}

}  // namespace

void CommandRoutes::addTo(Router& router) {
  router.add({.method = Method::kPost,
              .pattern = "/commands",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return submit(scope); },
              .writes = true,
              .success = 202});
  router.add({.method = Method::kGet,
              .pattern = "/commands/{taskId}",
              .handler = [this](RequestScope& scope) { return find(scope); }});
}

Task<Result<Response>> CommandRoutes::submit(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  SW_CO_TRY(const jobs::Command command, inbox_.read(body.root()));
  // Sent twice at once, it is found by whoever comes second.
  constexpr int kTries = 2;
  for (int tries = 1;; ++tries) {
    auto response = co_await submitOnce(scope, command);
    const bool again =
        !response.ok() && tries < kTries && response.error().code() == base::Code::kConflict;
    if (!again) co_return response;
  }
}

Task<Result<Response>> CommandRoutes::submitOnce(RequestScope& scope,
                                                 const jobs::Command& command) {
  const auto unit = scope.begin();
  SW_CO_TRY(const auto submitted,
            co_await inbox_.submit(scope.userId(), command, scope.actor(), *unit));
  co_return co_await scope.commit(*unit, accepted(submitted.record));
}

Task<Result<Response>> CommandRoutes::find(RequestScope& scope) {
  const std::string taskId = scope.parameter("taskId");
  SW_CO_TRY(const jobs::CommandRecord record, co_await inbox_.find(scope.userId(), taskId));
  std::string body;
  jobs::appendCommand(body, record);
  // Every step of a command changes one of these.
  std::string etag = '"' + std::string(jobs::toString(record.status)) + '-' +
                     std::to_string(record.attempts) + '"';
  co_return scope.tagged(200, std::move(body), std::move(etag));
}

}  // namespace sw::api
