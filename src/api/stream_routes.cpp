#include "api/stream_routes.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "api/change_stream.h"
#include "api/error_response.h"
#include "api/query_reader.h"
#include "api/request_scope.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;

constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::size_t kMaxCursor = 4096;
constexpr std::string_view kFromNow = "now";
constexpr std::string_view kRetryAfter = "10";  // seconds

}  // namespace

void StreamRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet, .pattern = "/stream", .handler = [this](RequestScope& scope) {
                return open(scope);
              }});
}

Task<Result<Response>> StreamRoutes::open(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  std::string cursor = query.text("cursor", kMaxCursor).value_or("");
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  // A browser that comes again says where it was, whatever its page's address says.
  const std::string_view last = scope.head().header("Last-Event-ID");
  if (!last.empty()) cursor = last;
  if (cursor.empty()) cursor = kFromNow;

  auto place = hub_.admit(scope.userId());
  if (!place.ok()) {
    Response refusal = errorResponse(place.error(), scope.actor().requestId);
    std::erase_if(refusal.headers, [](const auto& one) { return one.first == "Retry-After"; });
    refusal.with("Retry-After", std::string(kRetryAfter));
    co_return refusal;
  }
  // Read once now, so that a cursor that cannot be used is answered as everywhere.
  constexpr int kOne = 1;
  SW_CO_TRY(const auto page, co_await feed_.read(scope.userId(), cursor, kOne));
  if (cursor == kFromNow) cursor = page.nextCursor;

  Response response;
  response.contentType = kEventStream;
  response.compressible = false;             // each event is to arrive as it is
  response.with("X-Accel-Buffering", "no");  // the same, for proxies of the nginx family
  if (scope.head().method == Method::kHead) co_return response;
  // No longer than the credential is good for.
  const std::chrono::microseconds lifetime = std::min<std::chrono::microseconds>(
      ChangeStream::kLifetime, scope.principal().expires - scope.clock().now());
  response.body = std::make_unique<ChangeStream>(feed_, scope.clock(), *std::move(place),
                                                 scope.userId(), std::move(cursor), lifetime);
  co_return response;
}

}  // namespace sw::api
