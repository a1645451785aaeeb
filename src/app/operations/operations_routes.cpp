#include "app/operations/operations_routes.h"

#include <string>
#include <utility>

#include "api/request_scope.h"
#include "app/operations/ready_answer.h"

namespace sw::app {

using api::Response;

namespace {

Response responseOf(obs::Health::Answer answer) {
  Response response;
  response.status = answer.status;
  response.contentType = answer.contentType;
  response.body = std::move(answer.body);
  response.with("Cache-Control", "no-store");
  return response;
}

api::Route publicRoute(std::string_view pattern, api::Handler handler) {
  api::Route route;
  route.method = api::Method::kGet;
  route.pattern = pattern;
  route.access = api::Access::kPublic;
  route.limited = false;
  route.handler = std::move(handler);
  return route;
}

}  // namespace

std::optional<Response> answerHealth(const obs::Health& health, std::string_view path,
                                     std::string_view accept) {
  if (path == "/health") return responseOf(health.health(accept));
  if (path == "/health/ready") return responseOf(health.ready());
  if (path == "/health/live") return responseOf(health.live());
  return std::nullopt;
}

base::Result<Response> answerMetrics(obs::MetricsEndpoint& metrics, std::string_view accept) {
  SW_TRY(obs::MetricsEndpoint::Answer answer, metrics.scrape(accept));
  Response response;
  response.contentType = answer.contentType;
  response.body = std::move(answer.body);
  response.with("Cache-Control", "no-store");
  return response;
}

void addOperationsRoutes(api::Router& router, const obs::Health& health,
                         obs::MetricsEndpoint* metrics) {
  for (const std::string_view path : {"/health", "/health/ready", "/health/live"}) {
    router.add(publicRoute(path, [&health, path](api::RequestScope& scope) {
      return readyAnswer(*answerHealth(health, path, scope.head().header("Accept")));
    }));
  }
  if (metrics == nullptr) return;
  router.add(publicRoute("/metrics", [metrics](api::RequestScope& scope) {
    return readyAnswer(answerMetrics(*metrics, scope.head().header("Accept")));
  }));
}

}  // namespace sw::app
