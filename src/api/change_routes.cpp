#include "api/change_routes.h"

#include "api/change_json.h"
#include "api/query_reader.h"
#include "base/json.h"
#include "calendar/change_feed.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;

constexpr std::int64_t kDefaultResults = 500;
constexpr std::int64_t kMaxResults = 1000;
constexpr std::size_t kMaxCursor = 4096;

}  // namespace

void ChangeRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/changes",
              .handler = [this](RequestScope& scope) { return list(scope); }});
}

Task<Result<Response>> ChangeRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const std::string cursor = query.text("cursor", kMaxCursor).value_or("");
  const auto limit = static_cast<int>(query.integer("maxResults", 1, kMaxResults, kDefaultResults));
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const auto page, co_await services_.changes.read(scope.userId(), cursor, limit));
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject().key("items").beginArray();
  for (const jobs::Change& change : page.changes) writeChange(writer, change);
  writer.endArray().field("nextCursor", page.nextCursor).field("hasMore", page.more).endObject();
  co_return jsonResponse(200, std::move(out));
}

}  // namespace sw::api
