#include "app/operations/operations_handler.h"

#include <array>
#include <optional>
#include <utility>

#include "api/error_response.h"
#include "api/request_id.h"
#include "app/operations/operations_debug.h"
#include "app/operations/operations_profiles.h"
#include "app/operations/operations_routes.h"
#include "app/operations/ready_answer.h"

namespace sw::app {

using api::Response;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kIgnoredBody = std::size_t{64} * 1024;
constexpr std::size_t kMaxBody = std::size_t{4} << 20;  // the addresses of a profile

}  // namespace

OperationsHandler::OperationsHandler(OperationsParts parts, OperationsSettings settings,
                                     const base::Clock& clock)
    : token_(std::move(settings.token)), clock_(clock) {
  addOpenRoutes(parts, settings.metricsPath);
  addDebugRoutes(table_, views_, parts.log);
  addRunbookRoutes(table_);
  if (settings.profiling) {
    profiles_.watchHeap();
    addProfileRoutes(table_, profiles_, sideCall_, parts.log);
  }
  addIndexRoute(table_);
}

void OperationsHandler::end() {
  profiles_.cancel();
  sideCall_.end();
}

void OperationsHandler::addOpenRoutes(OperationsParts parts, const std::string& metricsPath) {
  table_.add({.path = metricsPath,
              .guard = OperationsGuard::kOpen,
              .about = "metrics, as text or OpenMetrics",
              .handler = [&metrics = parts.metrics](api::Request& request) {
                return readyAnswer(answerMetrics(metrics, request.head.header("Accept")));
              }});
  struct Endpoint {
    std::string_view path;
    std::string_view about;
  };
  constexpr std::array<Endpoint, 3> kEndpoints{{{"/health", "whether the process answers"},
                                                {"/health/ready", "whether it can do its work"},
                                                {"/health/live", "whether it needs a restart"}}};
  for (const Endpoint& endpoint : kEndpoints) {
    table_.add({.path = std::string(endpoint.path),
                .guard = OperationsGuard::kOpen,
                .about = std::string(endpoint.about),
                .handler = [&health = parts.health](api::Request& request) {
                  return readyAnswer(
                      *answerHealth(health, request.head.path, request.head.header("Accept")));
                }});
  }
}

Response OperationsHandler::fail(const api::RequestHead& head, const Error& error) const {
  Response response =
      api::errorResponse(error, api::requestIdOr(head.header("X-Request-ID"), clock_));
  response.with("X-Content-Type-Options", "nosniff");
  return response;
}

api::Admission OperationsHandler::admit(api::RequestHead& head) {
  api::Admission admission;
  const OperationsTable::Match match = table_.match(head.method, head.path);
  if (match.allowed.empty()) {
    admission.refusal = fail(head, Error(Code::kNotFound, "there is nothing at this path"));
  } else if (match.route == nullptr) {
    admission.refusal =
        fail(head, Error(Code::kMethodNotAllowed, "this path answers to " + match.allowed));
    admission.refusal->with("Allow", match.allowed);
  } else if (const auto allowed = checkAccess(head, match.route->guard, token_); !allowed.ok()) {
    admission.refusal = fail(head, allowed.error());
  } else {
    admission.maxBodyBytes = match.route->method == api::Method::kGet ? kIgnoredBody : kMaxBody;
  }
  return admission;
}

base::Task<Response> OperationsHandler::handle(api::Request& request) {
  const OperationsTable::Match match = table_.match(request.head.method, request.head.path);
  Result<Response> answer = Error(Code::kNotFound, "there is nothing at this path");
  if (match.route != nullptr) answer = co_await match.route->handler(request);
  Response response = answer.ok() ? *std::move(answer) : fail(request.head, answer.error());
  response.with("X-Content-Type-Options", "nosniff");
  co_return response;
}

Response OperationsHandler::reject(api::RequestHead& head, const Error& error) {
  return fail(head, error);
}

void OperationsHandler::finished(const api::Exchange&) {}

}  // namespace sw::app
