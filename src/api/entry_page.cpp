#include "api/entry_page.h"

#include "api/query_reader.h"

namespace sw::api {
namespace {

constexpr std::int64_t kMaxPage = 1000;
constexpr std::int64_t kDefaultPage = 100;
constexpr std::size_t kMaxToken = 80;
constexpr char kByTime = 't';

}  // namespace

base::Result<EntryPage> readEntryPage(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader reader(scope.query(), problems);
  EntryPage page;
  page.limit = static_cast<int>(reader.integer("maxResults", 1, kMaxPage, kDefaultPage));
  const auto token = reader.text("pageToken", kMaxToken);
  reader.finish();
  if (token) {
    const auto place = fromPlaceToken(kByTime, *token);
    if (!place) reader.problem("pageToken", "must be a nextPageToken of an earlier answer");
    if (place) {
      page.before = base::Instant(std::chrono::microseconds(place->key));
      page.beforeId = place->id;
    }
  }
  if (!problems.empty()) return problems.toError();
  return page;
}

std::string entryPageToken(base::Instant last, const base::Uuid& id) {
  return toPlaceToken(kByTime, {last.time_since_epoch().count(), id});
}

}  // namespace sw::api
