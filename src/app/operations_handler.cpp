#include "app/operations_handler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "api/error_response.h"
#include "api/request_id.h"
#include "app/operations_routes.h"

namespace sw::app {

using api::Response;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kIgnoredBody = std::size_t{64} * 1024;
constexpr std::array<std::string_view, 3> kHealthPaths{"/health", "/health/ready", "/health/live"};

}  // namespace

bool OperationsHandler::knows(std::string_view path) const {
  return path == metricsPath_ || std::ranges::find(kHealthPaths, path) != kHealthPaths.end();
}

Response OperationsHandler::fail(const api::RequestHead& head, const Error& error) const {
  Response response =
      api::errorResponse(error, api::requestIdOr(head.header("X-Request-ID"), clock_));
  response.with("X-Content-Type-Options", "nosniff");
  return response;
}

api::Admission OperationsHandler::admit(api::RequestHead& head) {
  api::Admission admission;
  if (!knows(head.path)) {
    admission.refusal = fail(head, Error(Code::kNotFound, "there is nothing at this path"));
  } else if (head.method != api::Method::kGet && head.method != api::Method::kHead) {
    admission.refusal =
        fail(head, Error(Code::kMethodNotAllowed, "this path answers to GET and HEAD"));
    admission.refusal->with("Allow", "GET, HEAD");
  } else {
    admission.maxBodyBytes = kIgnoredBody;
  }
  return admission;
}

base::Task<Response> OperationsHandler::handle(api::Request& request) {
  const api::RequestHead& head = request.head;
  const std::string_view accept = head.header("Accept");
  std::optional<Response> response = answerHealth(health_, head.path, accept);
  if (!response) {
    auto metrics = answerMetrics(metrics_, accept);
    response = metrics.ok() ? *std::move(metrics) : fail(head, metrics.error());
  }
  response->with("X-Content-Type-Options", "nosniff");
  co_return *std::move(response);
}

Response OperationsHandler::reject(api::RequestHead& head, const Error& error) {
  return fail(head, error);
}

void OperationsHandler::finished(const api::Exchange&) {}

}  // namespace sw::app
