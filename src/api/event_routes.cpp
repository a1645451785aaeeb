#include "api/event_routes.h"

#include <chrono>
#include <utility>
#include <vector>

#include "api/error_response.h"
#include "api/query_reader.h"
#include "base/time_format.h"
#include "calendar/event_reader.h"
#include "calendar/event_record.h"
#include "calendar/event_view.h"
#include "calendar/search_tokens.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using base::Code;
using base::Result;
using base::Task;
using calendar::CalendarAccess;
using calendar::Scope;

constexpr std::int64_t kDefaultResults = 250;
constexpr std::int64_t kMaxResults = 2500;
constexpr std::chrono::days kDefaultWindow{31};
constexpr std::size_t kMaxSearch = 500;
constexpr std::size_t kMaxTag = 1024;

std::string toJson(const calendar::EventList& list) {
  std::string out;
  out.reserve(512 + list.items().size() * 512);
  out += R"({"items":[)";
  bool first = true;
  for (const calendar::ListedEvent& item : list.items()) {
    if (!first) out += ',';
    first = false;
    item.appendView(out);
  }
  out += ']';
  if (list.more() && !list.items().empty()) {
    out += R"(,"nextPageToken":")" + toPageToken(list.items().back().position) + '"';
  }
  out += '}';
  return out;
}

std::optional<calendar::ListPosition> readPageToken(QueryReader& query) {
  const auto token = query.text("pageToken", kMaxTag);
  if (!token) return std::nullopt;
  const auto position = fromPageToken(*token);
  if (!position) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  return position;
}

/// The parameters that a change takes from the query.
EventChange readChange(RequestScope& scope, QueryReader& query, EventChange::Kind kind) {
  EventChange change;
  change.kind = kind;
  if (kind == EventChange::Kind::kCreate) {
    change.calendarId = query.text("calendarId", kMaxTag).value_or("");
  } else {
    change.eventId = scope.parameter("eventId");
    const std::size_t chosen = query.choice("scope", {"this", "following", "all", ""}, 3);
    if (chosen < 3) change.scope = static_cast<Scope>(chosen);
  }
  if (kind != EventChange::Kind::kDelete) {
    change.rejectConflicts = query.choice("onConflict", {"allow", "reject"}, 0) == 1;
  }
  change.ifMatch = std::string(scope.head().header("If-Match"));
  query.finish();
  return change;
}

Response toResponse(EventChanged changed) {
  if (changed.status == 204) return noContent();
  Response response = jsonResponse(changed.status, std::move(changed.view));
  response.with("ETag", std::move(changed.etag));
  if (changed.status == 201) response.with("Location", "/events/" + changed.id);
  return response;
}

}  // namespace

void EventRoutes::addTo(Router& router) {
  using Kind = EventChange::Kind;
  router.add({.method = Method::kGet,
              .pattern = "/events",
              .role = AccessRole::kFreeBusyReader,
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/events",
              .body = BodyKind::kJson,
              .role = AccessRole::kWriter,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201,
              .oneUnit = true});
  router.add({.method = Method::kPost,
              .pattern = "/events/batch",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return batch(scope); },
              .writes = true,
              .heavy = true});
  router.add({.method = Method::kGet,
              .pattern = "/events/{eventId}",
              .role = AccessRole::kFreeBusyReader,
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPut,
              .pattern = "/events/{eventId}",
              .body = BodyKind::kJson,
              .role = AccessRole::kWriter,
              .handler = [this](RequestScope& scope) { return write(scope, Kind::kReplace); },
              .writes = true});
  router.add({.method = Method::kPatch,
              .pattern = "/events/{eventId}",
              .body = BodyKind::kJson,
              .role = AccessRole::kWriter,
              .handler = [this](RequestScope& scope) { return write(scope, Kind::kPatch); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/events/{eventId}",
              .role = AccessRole::kWriter,
              .handler = [this](RequestScope& scope) { return write(scope, Kind::kDelete); },
              .writes = true,
              .success = 204});
  router.add({.method = Method::kGet,
              .pattern = "/events/{eventId}/instances",
              .role = AccessRole::kFreeBusyReader,
              .handler = [this](RequestScope& scope) { return instances(scope); }});
}

Task<Result<Response>> EventRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const std::vector<std::string> ids = query.texts("calendarId");
  calendar::WindowQuery window;
  const auto start = query.time("start");
  const auto end = query.time("end");
  window.from = start.value_or(std::chrono::floor<std::chrono::seconds>(scope.clock().now()));
  window.to = end.value_or(window.from + kDefaultWindow);
  window.expand = query.boolean("singleEvents", true);
  query.choice("orderBy", {"startTime"}, 0);
  const auto words = query.text("q", kMaxSearch);
  window.limit =
      static_cast<std::size_t>(query.integer("maxResults", 1, kMaxResults, kDefaultResults));
  window.after = readPageToken(query);
  query.finish();
  if (end && *end <= window.from) query.problem("end", "must be after start");
  if (!problems.empty()) co_return problems.toError();

  std::vector<CalendarAccess> calendars;
  for (const std::string& id : ids) {
    std::string wanted = id;
    SW_CO_TRY(CalendarAccess access,
              co_await findCalendar(services_, scope.userId(), std::move(wanted),
                                    AccessRole::kFreeBusyReader));
    calendars.push_back(std::move(access));
  }
  if (ids.empty()) {
    SW_CO_TRY(calendars, co_await services_.directory.visibleTo(scope.userId()));
  }
  window.calendars = calendars;
  if (words) {
    const auto tokens = calendar::searchTokens(*words);
    if (tokens.empty()) co_return jsonResponse(200, R"({"items":[]})");
    SW_CO_TRY(const auto found, co_await services_.eventReader.search(tokens, window));
    co_return jsonResponse(200, toJson(found));
  }
  SW_CO_TRY(const auto found, co_await services_.eventReader.window(window));
  co_return jsonResponse(200, toJson(found));
}

Task<Result<Response>> EventRoutes::create(RequestScope& scope) {
  co_return co_await write(scope, EventChange::Kind::kCreate);
}

Task<Result<Response>> EventRoutes::write(RequestScope& scope, EventChange::Kind kind) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  EventChange change = readChange(scope, query, kind);
  if (!problems.empty()) co_return problems.toError();
  std::optional<base::json::Document> document;
  if (kind != EventChange::Kind::kDelete) {
    SW_CO_TRY(document, scope.json());
    change.body = document->root();
  }
  auto work = [&]() -> Task<Result<Response>> {
    auto unit = scope.begin();
    SW_CO_TRY(EventChanged changed,
              co_await writer_.apply(*unit, scope.userId(), change, scope.actor()));
    Response response = toResponse(std::move(changed));
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> EventRoutes::get(RequestScope& scope) {
  const auto id = calendar::EventId::parse(scope.parameter("eventId"));
  if (!id) co_return base::Error(Code::kNotFound, "there is no such event");
  SW_CO_TRY(const calendar::FoundEvent found,
            co_await services_.eventReader.find(scope.userId(), *id, AccessRole::kFreeBusyReader));
  std::string view;
  found.appendView(view);
  co_return scope.tagged(200, std::move(view), calendar::etagOf(found.revision()));
}

Task<Result<Response>> EventRoutes::instances(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  calendar::WindowQuery window;
  window.from = query.time("start").value_or(base::kMinTime);
  window.to = query.time("end").value_or(base::kMaxTime);
  window.limit =
      static_cast<std::size_t>(query.integer("maxResults", 1, kMaxResults, kDefaultResults));
  window.after = readPageToken(query);
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  const auto id = calendar::EventId::parse(scope.parameter("eventId"));
  if (!id) co_return base::Error(Code::kNotFound, "there is no such event");
  SW_CO_TRY(calendar::FoundEvent found,
            co_await services_.eventReader.find(scope.userId(), *id, AccessRole::kFreeBusyReader));
  if (!found.series) {
    const std::string issue = "must be a recurring event";
    co_return base::Error(Code::kInvalid, "eventId " + issue, {{"eventId", issue}});
  }
  const std::vector<CalendarAccess> calendars{found.access};
  window.calendars = calendars;
  SW_CO_TRY(const auto list, co_await services_.eventReader.instances(found.series, window));
  co_return jsonResponse(200, toJson(list));
}

}  // namespace sw::api
