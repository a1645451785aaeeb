#include "api/sharing_routes.h"

#include <algorithm>
#include <utility>

#include "accounts/acl_json.h"
#include "calendar/calendar_editor.h"
#include "calendar/event_view.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using accounts::AclEntry;
using base::Code;
using base::Error;
using base::Result;
using base::Task;
using calendar::CalendarAccess;

}  // namespace

void SharingRoutes::addTo(Router& router) {
  const std::string_view all = "/calendars/{calendarId}/acl";
  const std::string_view one = "/calendars/{calendarId}/acl/{aclId}";
  router.add({.method = Method::kGet,
              .pattern = all,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kPost,
              .pattern = all,
              .body = BodyKind::kJson,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kGet,
              .pattern = one,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPatch,
              .pattern = one,
              .body = BodyKind::kJson,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = one,
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<CalendarAccess>> SharingRoutes::owned(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  co_return co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner);
}

Task<Result<AclEntry>> SharingRoutes::entryOf(RequestScope& scope, base::Uuid calendarId) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("aclId"));
  SW_CO_TRY(const auto entries, co_await services_.acl.ofCalendar(calendarId));
  const auto found = std::ranges::find(entries, id, &AclEntry::id);
  if (found == entries.end()) co_return Error(Code::kNotFound, "there is no such entry");
  co_return *found;
}

Task<Result<std::string>> SharingRoutes::viewOf(AclEntry entry) {
  SW_CO_TRY(const auto user, co_await services_.users.find(entry.userId));
  std::string out;
  accounts::appendAclView(out, entry, user);
  co_return out;
}

Task<Result<Response>> SharingRoutes::list(RequestScope& scope) {
  SW_CO_TRY(const CalendarAccess access, co_await owned(scope));
  SW_CO_TRY(const auto entries, co_await services_.acl.ofCalendar(access.calendar.id));
  std::string out = R"({"items":[)";
  for (const AclEntry& entry : entries) {
    if (out.back() != '[') out += ',';
    SW_CO_TRY(const std::string view, co_await viewOf(entry));
    out += view;
  }
  out += "]}";
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> SharingRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  const accounts::AclRequest request = accounts::readNewAclEntry(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const CalendarAccess access, co_await owned(scope));

  std::optional<accounts::User> grantee;
  std::string field = "userId";
  if (!request.email.empty()) {
    field = "email";
    SW_CO_TRY(grantee, co_await services_.users.findByVerifiedEmail(request.email));
  } else if (!request.subject.empty()) {
    field = "subject";
    SW_CO_TRY(grantee, co_await services_.users.findBySubject(request.subject));
  } else {
    SW_CO_TRY(grantee, co_await services_.users.find(request.userId));
  }
  const auto refused = [&](const std::string& issue) {
    return Error(Code::kInvalid, field + " " + issue, {{field, issue}});
  };
  if (!grantee) co_return refused("must name a user of this service");
  if (grantee->id == access.calendar.ownerId) {
    co_return refused("must name another user than the calendar's owner");
  }
  SW_CO_TRY(const auto known, co_await services_.acl.find(access.calendar.id, grantee->id));
  if (known) {
    co_return Error(Code::kConflict,
                    "the calendar is shared with this user already: change the "
                    "entry " +
                        known->id.toString());
  }
  AclEntry entry;
  entry.id = base::newUuid(scope.clock());
  entry.calendarId = access.calendar.id;
  entry.userId = grantee->id;
  entry.role = request.role;
  entry.revision = 1;
  entry.created = scope.clock().now();
  entry.updated = entry.created;
  auto unit = scope.begin();
  services_.acl.put(*unit, entry);
  services_.calendarEditor.logSharing(*unit, access.calendar, entry, scope.actor());
  std::string view;
  accounts::appendAclView(view, entry, grantee);
  Response response = scope.tagged(201, std::move(view), calendar::etagOf(entry.revision));
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> SharingRoutes::get(RequestScope& scope) {
  SW_CO_TRY(const CalendarAccess access, co_await owned(scope));
  SW_CO_TRY(const AclEntry entry, co_await entryOf(scope, access.calendar.id));
  SW_CO_TRY(std::string view, co_await viewOf(entry));
  co_return scope.tagged(200, std::move(view), calendar::etagOf(entry.revision));
}

Task<Result<Response>> SharingRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  const auto role = accounts::readAclChange(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const CalendarAccess access, co_await owned(scope));
    SW_CO_TRY(AclEntry entry, co_await entryOf(scope, access.calendar.id));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(entry.revision)));
    entry.role = role.value_or(entry.role);
    ++entry.revision;
    entry.updated = scope.clock().now();
    auto unit = scope.begin();
    services_.acl.put(*unit, entry);
    services_.calendarEditor.logSharing(*unit, access.calendar, entry, scope.actor());
    SW_CO_TRY(std::string view, co_await viewOf(entry));
    Response response = scope.tagged(200, std::move(view), calendar::etagOf(entry.revision));
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> SharingRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const CalendarAccess access, co_await owned(scope));
    SW_CO_TRY(AclEntry entry, co_await entryOf(scope, access.calendar.id));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(entry.revision)));
    auto unit = scope.begin();
    services_.acl.remove(*unit, entry);
    services_.calendarEditor.logSharing(*unit, access.calendar, entry, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

}  // namespace sw::api
