#include "api/job_routes.h"

#include <utility>

#include "api/query_reader.h"
#include "jobs/job_json.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;

constexpr std::int64_t kMostListed = 250;
constexpr std::int64_t kUsuallyListed = 50;

}  // namespace

void JobRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/ops/api/jobs",
              .access = Access::kOperator,
              .handler = [this](RequestScope& scope) { return census(scope); }});
  router.add({.method = Method::kGet,
              .pattern = "/ops/api/jobs/dead",
              .access = Access::kOperator,
              .handler = [this](RequestScope& scope) { return listDead(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/ops/api/jobs/dead/{jobId}/retry",
              .access = Access::kOperator,
              .handler = [this](RequestScope& scope) { return retry(scope); },
              .writes = true,
              .success = 204});
  router.add({.method = Method::kDelete,
              .pattern = "/ops/api/jobs/dead/{jobId}",
              .access = Access::kOperator,
              .handler = [this](RequestScope& scope) { return drop(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> JobRoutes::census(RequestScope& scope) {
  SW_CO_TRY(const auto counted, co_await jobs_.census(scope.clock().now()));
  std::string body;
  jobs::appendCensus(body, counted);
  co_return jsonResponse(200, std::move(body));
}

Task<Result<Response>> JobRoutes::listDead(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const std::int64_t limit = query.integer("maxResults", 1, kMostListed, kUsuallyListed);
  const auto token = query.text("pageToken", 64);
  query.finish();
  const auto before = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !before) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();
  const base::Uuid from = before.value_or(base::Uuid());
  SW_CO_TRY(const auto dead, co_await jobs_.dead(from, static_cast<int>(limit) + 1));
  std::string body = R"({"items":[)";
  const auto shown = std::min(dead.size(), static_cast<std::size_t>(limit));
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) body += ',';
    jobs::appendDeadJob(body, dead[i]);
  }
  body += ']';
  if (dead.size() > shown) {
    body += R"(,"nextPageToken":")" + dead[shown - 1].id.toString() + '"';
  }
  body += '}';
  co_return jsonResponse(200, std::move(body));
}

Task<Result<Response>> JobRoutes::retry(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("jobId"));
  const auto unit = scope.begin();
  jobs_.revive(*unit, id, scope.clock().now());
  co_return co_await scope.commit(*unit, noContent());
}

Task<Result<Response>> JobRoutes::drop(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("jobId"));
  const auto unit = scope.begin();
  jobs_.drop(*unit, id);
  co_return co_await scope.commit(*unit, noContent());
}

}  // namespace sw::api
