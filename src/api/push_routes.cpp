#include "api/push_routes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/query_reader.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace sw::api {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using reminders::PushAddress;
using reminders::PushKind;
using reminders::PushTarget;
using reminders::PushTargets;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTestTimeout = 10s;

std::string_view fieldOf(const PushAddress& address) {
  return address.kind == PushKind::kWebPush ? "endpoint" : "url";
}

Error invalidAddress(const PushAddress& address, const std::string& issue) {
  const std::string field(fieldOf(address));
  return {Code::kInvalid, field + ' ' + issue, {{field, issue}}};
}

/// Whether the path ends in the name of a topic (docs.ntfy.sh/publish).
bool namesTopic(std::string_view path) {
  constexpr std::size_t kLongest = 64;
  const std::string_view topic = path.substr(path.rfind('/') + 1);
  return !topic.empty() && topic.size() <= kLongest && std::ranges::all_of(topic, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string viewOf(const PushTarget& target) {
  std::string out;
  reminders::appendPushTargetView(out, target);
  return out;
}

reminders::Message testMessage(const RequestScope& scope) {
  reminders::Message message;
  const base::Instant now = scope.clock().now();
  message.id = base::newUuid(scope.clock()).toString();
  message.userId = scope.userId();
  message.title = "Reminders reach this device";
  message.body = "This is a test that you asked for.";
  message.kind = reminders::ResourceKind::kEvent;
  message.occasion = now;
  message.due = now;
  message.expires = now + 5min;
  return message;
}

std::string outcomeOf(const Result<void>& outcome) {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject();
  if (outcome.ok()) {
    writer.field("status", "sent");
  } else {
    writer.field("status", outcome.error().code() == Code::kGone ? "gone" : "failed")
        .field("message", outcome.error().message());
  }
  writer.endObject();
  return out;
}

}  // namespace

void PushRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/push/key",
              .handler = [this](RequestScope& scope) { return key(scope); }});
  router.add({.method = Method::kGet,
              .pattern = "/push/targets",
              .handler = [this](RequestScope& scope) { return list(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/push/targets",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/push/targets/{pushTargetId}",
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
  router.add({.method = Method::kPost,
              .pattern = "/push/targets/{pushTargetId}/test",
              .handler = [this](RequestScope& scope) { return test(scope); },
              .writes = true,
              .heavy = true,
              .repeatable = false});
}

Task<Result<Response>> PushRoutes::key(RequestScope& scope) {
  std::string out;
  base::json::Writer(out).beginObject().field("publicKey", services_.publicKey).endObject();
  co_return scope.tagged(200, std::move(out), '"' + services_.publicKey + '"');
}

Task<Result<Response>> PushRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  constexpr auto kMost = static_cast<std::int64_t>(PushTargets::kMaxPerUser);
  const std::int64_t limit = query.integer("maxResults", 1, kMost, kMost);
  const auto token = query.text("pageToken", 64);
  query.finish();
  const auto after = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const std::vector<PushTarget> all, co_await services_.targets.list(scope.userId()));
  auto next = after ? std::ranges::upper_bound(all, *after, {}, &PushTarget::id) : all.begin();
  std::string out = R"({"items":[)";
  for (std::int64_t count = 0; next != all.end() && count < limit; ++next, ++count) {
    if (count > 0) out += ',';
    reminders::appendPushTargetView(out, *next);
  }
  out += ']';
  if (next != all.end()) out += R"(,"nextPageToken":")" + std::prev(next)->id.toString() + '"';
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<webhooks::TargetUrl>> PushRoutes::check(const PushAddress& address) {
  const auto target = co_await services_.guard.check(address.url);
  if (!target.ok()) {
    if (target.error().code() != Code::kInvalid) co_return target.error();
    co_return invalidAddress(address, target.error().message());
  }
  if (address.kind == PushKind::kNtfy && !namesTopic(target->rest)) {
    co_return invalidAddress(address, "must be the address of a topic, as https://ntfy.sh/topic");
  }
  co_return *target;
}

Task<Result<Response>> PushRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  auto request = reminders::readPushTargetRequest(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const webhooks::TargetUrl target, co_await check(request.address));
  request.address.url = target.toString();
  const std::string server = target.server();
  auto work = [&] { return tryCreate(scope, request, server); };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> PushRoutes::tryCreate(RequestScope& scope,
                                             const reminders::PushTargetRequest& request,
                                             const std::string& server) {
  const auto unit = scope.begin();
  SW_CO_TRY(const PushTarget made,
            co_await services_.targets.add(*unit, scope.userId(), request, server));
  Response response = jsonResponse(201, viewOf(made));
  response.with("Location", "/push/targets/" + made.id.toString());
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> PushRoutes::remove(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("pushTargetId"));
  const auto unit = scope.begin();
  services_.targets.remove(*unit, scope.userId(), id);
  co_return co_await scope.commit(*unit, noContent());
}

Task<Result<Response>> PushRoutes::test(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("pushTargetId"));
  SW_CO_TRY(const PushTarget target, co_await services_.targets.find(scope.userId(), id));
  reminders::PushChannel& channel =
      target.kind == PushKind::kWebPush ? services_.webPush : services_.ntfy;
  const reminders::Message message = testMessage(scope);
  const auto outcome = co_await channel.sendTo(target, message, kTestTimeout);
  co_return jsonResponse(200, outcomeOf(outcome));
}

}  // namespace sw::api
