#include "api/calendar_routes.h"

#include <algorithm>
#include <utility>

#include "api/query_reader.h"
#include "base/json_patch.h"
#include "calendar/calendar_editor.h"
#include "calendar/calendar_json.h"
#include "calendar/entity_tag.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using base::Result;
using base::Task;
using calendar::Calendar;
using calendar::CalendarAccess;

std::string viewOf(const CalendarAccess& access) {
  std::string out;
  calendar::appendCalendarView(out, access);
  return out;
}

Response tagged(RequestScope& scope, int status, const CalendarAccess& access) {
  return scope.tagged(status, viewOf(access), calendar::etagOf(access.calendar.revision));
}

/// The zone of the person's settings, for what does not say its own.
Task<Result<std::string>> zoneOfUser(CalendarServices& services, base::Uuid userId) {
  SW_CO_TRY(const auto owned, co_await services.calendars.ownedBy(userId));
  co_return owned.empty() ? std::string("UTC") : owned.front().timeZone;
}

}  // namespace

void CalendarRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/calendars",
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/calendars",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kGet,
              .pattern = "/calendars/{calendarId}",
              .role = AccessRole::kFreeBusyReader,
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPatch,
              .pattern = "/calendars/{calendarId}",
              .body = BodyKind::kJson,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/calendars/{calendarId}",
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> CalendarRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const std::int64_t limit = query.integer("maxResults", 1, 250, 250);
  const auto token = query.text("pageToken", 64);
  query.finish();
  const auto after = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const auto all, co_await services_.directory.visibleTo(scope.userId()));
  auto next = all.begin();
  if (after) {
    next = std::ranges::find(all, *after, [](const CalendarAccess& a) { return a.calendar.id; });
    if (next != all.end()) ++next;
  }
  std::string out = R"({"items":[)";
  std::int64_t count = 0;
  for (; next != all.end() && count < limit; ++next, ++count) {
    if (count > 0) out += ',';
    calendar::appendCalendarView(out, *next);
  }
  out += ']';
  if (next != all.end() && count > 0) {
    out += R"(,"nextPageToken":")" + std::prev(next)->calendar.id.toString() + '"';
  }
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> CalendarRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  calendar::CalendarContent content = calendar::readCalendarContent(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const std::string zone, co_await zoneOfUser(services_, scope.userId()));
  auto unit = scope.begin();
  const Calendar created = services_.calendarEditor.create(*unit, scope.userId(),
                                                           std::move(content), zone, scope.actor());
  Response response = tagged(scope, 201, {created, AccessRole::kOwner});
  response.with("Location", "/calendars/" + created.id.toString());
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> CalendarRoutes::get(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(
      const CalendarAccess access,
      co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kFreeBusyReader));
  co_return tagged(scope, 200, access);
}

Task<Result<Response>> CalendarRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    std::string id = scope.parameter("calendarId");
    SW_CO_TRY(CalendarAccess access,
              co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(access.calendar.revision)));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(calendar::toContentJson(access.calendar), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    base::json::Problems problems;
    calendar::CalendarContent content = calendar::readCalendarContent(document.root(), problems);
    if (!problems.empty()) co_return problems.toError();
    auto unit = scope.begin();
    access.calendar = services_.calendarEditor.change(*unit, std::move(access.calendar),
                                                      std::move(content), scope.actor());
    Response response = tagged(scope, 200, access);
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> CalendarRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    std::string id = scope.parameter("calendarId");
    SW_CO_TRY(const CalendarAccess access,
              co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(access.calendar.revision)));
    auto unit = scope.begin();
    SW_CO_CHECK(services_.calendarEditor.remove(*unit, access.calendar, scope.actor()));
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

}  // namespace sw::api
