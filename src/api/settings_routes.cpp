#include "api/settings_routes.h"

#include <utility>

#include "accounts/settings_json.h"
#include "base/json_patch.h"
#include "base/json_reader.h"
#include "jobs/event_types.h"

namespace sw::api {
namespace {

using accounts::Settings;
using accounts::SettingsStore;
using base::Code;
using base::Error;
using base::Result;
using base::Task;

std::string etagOf(const Settings& settings) {
  return '"' + std::to_string(settings.revision) + '"';
}

std::string viewOf(const Settings& settings) {
  std::string out;
  accounts::appendSettingsView(out, settings);
  return out;
}

}  // namespace

void SettingsRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/settings",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPatch,
              .pattern = "/settings",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
}

Task<Result<Settings>> SettingsRoutes::settingsOf(base::Uuid userId) {
  SW_CO_TRY(const std::optional<SettingsStore::Stored> stored, co_await settings_.find(userId));
  if (!stored) co_return Settings::defaults("UTC");
  co_return accounts::fromStored(*stored);
}

Task<Result<Response>> SettingsRoutes::get(RequestScope& scope) {
  SW_CO_TRY(const Settings settings, co_await settingsOf(scope.userId()));
  co_return scope.tagged(200, viewOf(settings), etagOf(settings));
}

Task<Result<Response>> SettingsRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  const base::json::Value change = body.root();
  if (!change.isObject()) {
    co_return Error(Code::kInvalid, "the body must be an object", {{"", "must be an object"}});
  }
  auto work = [this, &scope, change] { return tryPatch(scope, change); };
  co_return co_await scope.attempt(work);
}

Task<Result<void>> SettingsRoutes::checkTarget(base::Uuid userId, base::Uuid calendarId) {
  if (calendarId.isNil()) co_return Result<void>();
  const auto access = co_await directory_.access(userId, calendarId, accounts::AccessRole::kWriter);
  if (access.ok()) co_return Result<void>();
  const Code code = access.error().code();
  if (code != Code::kNotFound && code != Code::kForbidden) co_return access.error();
  co_return Error(Code::kInvalid, "targetCalendar must be a calendar that you may write to",
                  {{"targetCalendar", "must be the id of a calendar that you may write to"}});
}

Task<Result<Response>> SettingsRoutes::tryPatch(RequestScope& scope, base::json::Value change) {
  SW_CO_TRY(const Settings before, co_await settingsOf(scope.userId()));
  SW_CO_CHECK(scope.checkIfMatch(etagOf(before)));
  SW_CO_TRY(const std::string text,
            base::json::mergePatch(accounts::toSettingsDocument(before), change));
  SW_CO_TRY(const auto merged, base::json::Document::parse(text));
  base::json::Problems problems;
  Settings after = accounts::readSettings(merged.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  if (after.targetCalendar != before.targetCalendar) {
    SW_CO_CHECK(co_await checkTarget(scope.userId(), after.targetCalendar));
  }
  after.revision = before.revision + 1;
  after.updated = scope.clock().now();
  const auto unit = scope.begin();
  settings_.put(*unit, scope.userId(),
                {accounts::toSettingsDocument(after), after.revision, after.updated});
  jobs::Change entry;
  entry.userId = scope.userId();
  entry.type = jobs::event_type::kSettingsUpdated;
  entry.resourceId = scope.userId();
  entry.revision = after.revision;
  entry.at = after.updated;
  entry.requestId = scope.actor().requestId;
  entry.traceParent = scope.actor().traceParent;
  changes_.append(*unit, std::move(entry));
  Response response = scope.tagged(200, viewOf(after), etagOf(after));
  co_return co_await scope.commit(*unit, std::move(response));
}

}  // namespace sw::api
