#include "api/reminder_routes.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "api/query_reader.h"
#include "base/json_reader.h"
#include "base/time_format.h"
#include "reminders/reminder_json.h"

namespace sw::api {
namespace {

using base::Code;
using base::Error;
using base::Instant;
using base::Result;
using base::Task;
using reminders::Reminder;
using reminders::ReminderDelivery;
using reminders::ReminderStore;

constexpr std::int64_t kDefaultResults = 50;
constexpr std::int64_t kMaxResults = 250;
constexpr std::size_t kMaxToken = 80;
constexpr std::int64_t kMaxSnoozeMinutes = 30 * 24 * 60;

std::string etagOf(const Reminder& reminder) {
  return '"' + std::to_string(reminder.revision) + '"';
}

std::string toToken(const Reminder& reminder) {
  return std::to_string(reminder.due.time_since_epoch().count()) + "_" + reminder.id.toString();
}

std::optional<ReminderStore::Position> fromToken(std::string_view token) {
  const std::size_t split = token.find('_');
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  std::int64_t micros = 0;
  const char* const end = token.data() + split;
  const auto read = std::from_chars(token.data(), end, micros);
  const auto id = base::Uuid::parse(token.substr(split + 1));
  if (read.ec != std::errc() || read.ptr != end || !id) return std::nullopt;
  return ReminderStore::Position{Instant(std::chrono::microseconds(micros)), *id};
}

/// Until when to put a reminder off: `minutes` from now, or `until`.
Instant readSnooze(base::json::Value body, Instant now, base::json::Problems& problems) {
  base::json::ObjectReader reader(body, "", problems);
  const auto minutes = reader.integer("minutes", 1, kMaxSnoozeMinutes);
  const auto text = reader.text("until", 40);
  reader.finish();
  if (reader.has("minutes") == reader.has("until")) {
    problems.add("", "must have either minutes or until");
    return now;
  }
  if (minutes) return now + std::chrono::minutes(*minutes);
  if (!text) return now;
  const auto parsed = base::parseDateTime(*text);
  if (!parsed || !parsed->offset) {
    problems.add("until", "must be a time with an offset, as 2026-03-01T09:00:00+01:00");
    return now;
  }
  const Instant until =
      Instant(std::chrono::sys_seconds(parsed->local.time_since_epoch()) - *parsed->offset) +
      parsed->fraction;
  if (until <= now || until > now + std::chrono::minutes(kMaxSnoozeMinutes)) {
    problems.add("until", "must lie in the next 30 days");
  }
  return until;
}

}  // namespace

void ReminderRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/reminders",
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kGet,
              .pattern = "/reminders/{reminderId}",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/reminders/{reminderId}/snooze",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return snooze(scope); },
              .writes = true});
  router.add({.method = Method::kPost,
              .pattern = "/reminders/{reminderId}/dismiss",
              .handler = [this](RequestScope& scope) { return dismiss(scope); },
              .writes = true});
}

Task<Result<Reminder>> ReminderRoutes::find(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("reminderId"));
  SW_CO_TRY(auto reminder, co_await reminders_.find(id));
  if (!reminder || reminder->userId != scope.userId()) {
    co_return Error(Code::kNotFound, "there is no such reminder");
  }
  co_return *std::move(reminder);
}

Task<Result<std::string>> ReminderRoutes::viewOf(const Reminder& reminder) {
  std::vector<ReminderDelivery> deliveries;
  if (!reminder.messageId.isNil() && reminder.channels.size() > 1) {
    SW_CO_TRY(deliveries, co_await reminders_.deliveriesOf(reminder.messageId));
  }
  std::string out;
  reminders::appendReminder(out, reminder, deliveries);
  co_return out;
}

Task<Result<Response>> ReminderRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const bool recent = query.choice("part", {"upcoming", "recent"}, 0) == 1;
  const auto limit = static_cast<int>(query.integer("maxResults", 1, kMaxResults, kDefaultResults));
  const auto token = query.text("pageToken", kMaxToken);
  query.finish();
  const auto after = token ? fromToken(*token) : std::nullopt;
  if (token && !after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();

  const ReminderStore::ListQuery wanted{
      .userId = scope.userId(),
      .part = recent ? ReminderStore::Part::kPast : ReminderStore::Part::kUpcoming,
      .after = after,
      .dueBefore = {},
      .limit = limit + 1};
  SW_CO_TRY(auto rows, co_await reminders_.list(wanted));
  const bool more = rows.size() > static_cast<std::size_t>(limit);
  if (more) rows.resize(static_cast<std::size_t>(limit));
  std::string out = R"({"items":[)";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out += ',';
    SW_CO_TRY(const std::string view, co_await viewOf(rows[i]));
    out += view;
  }
  out += ']';
  if (more) out += R"(,"nextPageToken":")" + toToken(rows.back()) + '"';
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> ReminderRoutes::get(RequestScope& scope) {
  SW_CO_TRY(const Reminder reminder, co_await find(scope));
  SW_CO_TRY(std::string view, co_await viewOf(reminder));
  co_return scope.tagged(200, std::move(view), etagOf(reminder));
}

Task<Result<Response>> ReminderRoutes::commit(RequestScope& scope, jobs::UnitOfWork& unit,
                                              const Reminder& after) {
  SW_CO_TRY(std::string view, co_await viewOf(after));
  Response response = scope.tagged(200, std::move(view), etagOf(after));
  co_return co_await scope.commit(unit, std::move(response));
}

Task<Result<Response>> ReminderRoutes::snooze(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  const Instant until = readSnooze(body.root(), scope.clock().now(), problems);
  if (!problems.empty()) co_return problems.toError();
  auto work = [this, &scope, until] { return trySnooze(scope, until); };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> ReminderRoutes::trySnooze(RequestScope& scope, Instant until) {
  SW_CO_TRY(const Reminder before, co_await find(scope));
  SW_CO_CHECK(scope.checkIfMatch(etagOf(before)));
  const auto unit = scope.begin();
  SW_CO_TRY(const Reminder after, co_await desk_.snooze(*unit, before, until, scope.actor()));
  co_return co_await commit(scope, *unit, after);
}

Task<Result<Response>> ReminderRoutes::dismiss(RequestScope& scope) {
  auto work = [this, &scope] { return tryDismiss(scope); };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> ReminderRoutes::tryDismiss(RequestScope& scope) {
  SW_CO_TRY(const Reminder before, co_await find(scope));
  SW_CO_CHECK(scope.checkIfMatch(etagOf(before)));
  const auto unit = scope.begin();
  SW_CO_TRY(const Reminder after, co_await desk_.dismiss(*unit, before, scope.actor()));
  co_return co_await commit(scope, *unit, after);
}

}  // namespace sw::api
