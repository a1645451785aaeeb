#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "api/goal_services.h"
#include "api/request_scope.h"
#include "base/clock.h"
#include "base/uuid.h"

/// Pages of what is recorded at instants (journals, time spent), latest first.
namespace sw::api {

/// Which page the query asks for: at most `limit` entries from before a place.
struct EntryPage {
  base::Instant before = base::Instant::max();
  base::Uuid beforeId;
  int limit = 0;
};

/// Reads `maxResults` and `pageToken`; `kInvalid` names every problem of the query.
base::Result<EntryPage> readEntryPage(RequestScope& scope);

/// The token of the page after `last`.
std::string entryPageToken(base::Instant last, const base::Uuid& id);

/// A page of entries, of which one more than the limit was asked for.
template <class Entry, class Append>
Response entryPageOf(const std::vector<Entry>& found, int limit, Append append) {
  const auto shown = std::min(found.size(), static_cast<std::size_t>(limit));
  std::string out = R"({"items":[)";
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    append(out, found[i]);
  }
  out += ']';
  if (found.size() > shown) {
    const Entry& last = found[shown - 1];
    out += R"(,"nextPageToken":")" + entryPageToken(last.at, last.id) + '"';
  }
  out += '}';
  return jsonResponse(200, std::move(out));
}

}  // namespace sw::api
