#include "api/free_busy_routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "accounts/settings_json.h"
#include "api/free_busy_request.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"
#include "calendar/free_busy.h"
#include "calendar/working_hours.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using base::Code;
using base::Result;
using base::Task;
using calendar::CalendarAccess;
using calendar::Interval;

void appendTime(std::string& out, base::UtcSeconds instant, const base::Zone& zone) {
  const base::LocalSeconds local = zone.toLocal(instant);
  out += '"';
  base::appendDateTime(out, local, local.time_since_epoch() - instant.time_since_epoch());
  out += '"';
}

void appendBusy(std::string& out, const std::vector<Interval>& busy, const base::Zone& zone) {
  out += R"({"busy":[)";
  for (std::size_t i = 0; i < busy.size(); ++i) {
    out += i == 0 ? R"({"start":)" : R"(,{"start":)";
    appendTime(out, busy[i].start, zone);
    out += R"(,"end":)";
    appendTime(out, busy[i].end, zone);
    out += '}';
  }
  out += "]}";
}

/// The calendar an item names. An address means the primary calendar of whoever has verified it.
Task<Result<CalendarAccess>> calendarOf(CalendarServices& services, base::Uuid userId,
                                        std::string item) {
  if (item.find('@') == std::string::npos) {
    co_return co_await findCalendar(services, userId, std::move(item), AccessRole::kFreeBusyReader);
  }
  const base::Error hidden(Code::kNotFound, "there is no such calendar");
  std::string email = base::toLowerAscii(item);
  SW_CO_TRY(const auto person, co_await services.users.findByVerifiedEmail(std::move(email)));
  if (!person) co_return hidden;
  SW_CO_TRY(const auto owned, co_await services.calendars.ownedBy(person->id));
  if (owned.empty()) co_return hidden;
  co_return co_await services.directory.access(userId, owned.front().id,
                                               AccessRole::kFreeBusyReader);
}

/// The time outside a person's working hours in the window.
Task<Result<std::vector<Interval>>> offHours(CalendarServices& services, base::Uuid userId,
                                             Interval window) {
  SW_CO_TRY(const auto stored, co_await services.settings.find(userId));
  accounts::Settings settings = accounts::Settings::defaults("UTC");
  if (stored) {
    SW_CO_TRY(settings, accounts::fromStored(*stored));
  }
  const auto zone = base::Zone::find(settings.timeZone);
  std::vector<Interval> working = calendar::workingIntervals(
      settings, zone.ok() ? *zone : base::Zone::utc(), window.start, window.end);
  calendar::mergeIntervals(working);
  co_return calendar::gapsBetween(working, window.start, window.end);
}

}  // namespace

void FreeBusyRoutes::addTo(Router& router) {
  router.add({.method = Method::kPost,
              .pattern = "/freebusy",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return query(scope); },
              .repeatable = false});
}

Task<Result<Response>> FreeBusyRoutes::query(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  const FreeBusyRequest request = readFreeBusyRequest(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();

  std::string out = R"({"timeMin":)";
  appendTime(out, request.window.start, request.zone);
  out += R"(,"timeMax":)";
  appendTime(out, request.window.end, request.zone);
  out += R"(,"calendars":{)";
  for (const std::string& item : request.items) {
    if (out.back() != '{') out += ',';
    base::json::appendQuoted(out, item);
    out += ':';
    std::string wanted = item;
    const auto access = co_await calendarOf(services_, scope.userId(), std::move(wanted));
    if (!access.ok() && access.error().code() != Code::kNotFound) co_return access.error();
    if (!access.ok()) {
      out += R"({"busy":[],"errors":[{"domain":"calendar","reason":"notFound"}]})";
      continue;
    }
    SW_CO_TRY(const auto busy, co_await busyOf(access->calendar, request));
    appendBusy(out, busy, request.zone);
  }
  out += "}}";
  co_return jsonResponse(200, std::move(out));
}

Task<Result<std::vector<Interval>>> FreeBusyRoutes::busyOf(const calendar::Calendar& calendar,
                                                           const FreeBusyRequest& request) {
  // An event just outside still reaches in with its buffer.
  const Interval wide{request.window.start - request.bufferAfter,
                      request.window.end + request.bufferBefore};
  std::vector<Interval> busy;
  SW_CO_CHECK(co_await services_.freeBusy.collect(calendar, wide, busy));
  for (Interval& one : busy) {
    one.start = std::max(one.start - request.bufferBefore, request.window.start);
    one.end = std::min(one.end + request.bufferAfter, request.window.end);
  }
  if (request.workingHours) {
    SW_CO_TRY(const auto off, co_await offHours(services_, calendar.ownerId, request.window));
    busy.insert(busy.end(), off.begin(), off.end());
  }
  calendar::mergeIntervals(busy);
  co_return busy;
}

}  // namespace sw::api
