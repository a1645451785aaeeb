#include "api/webhook_routes.h"

#include <algorithm>
#include <utility>

#include "api/query_reader.h"
#include "base/json_patch.h"
#include "calendar/entity_tag.h"

namespace sw::api {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using webhooks::Delivery;
using webhooks::DeliveryState;
using webhooks::Webhook;
using webhooks::WebhookContent;
using webhooks::WebhookEditor;

std::string viewOf(const Webhook& webhook, std::string_view secret, base::Instant now) {
  std::string out;
  webhooks::appendWebhookView(out, webhook, secret, now);
  return out;
}

Response tagged(RequestScope& scope, int status, const Webhook& webhook,
                std::string_view secret = {}) {
  return scope.tagged(status, viewOf(webhook, secret, scope.clock().now()),
                      calendar::etagOf(webhook.revision));
}

Response requeued(std::size_t count, bool more) {
  std::string out;
  base::json::Writer(out)
      .beginObject()
      .field("redelivered", static_cast<std::int64_t>(count))
      .field("more", more)
      .endObject();
  return jsonResponse(202, std::move(out));
}

}  // namespace

void WebhookRoutes::addTo(Router& router) {
  using Member = Answer (WebhookRoutes::*)(RequestScope&);
  const auto add = [&](Method method, std::string_view pattern, Member member, int success) {
    const bool reads = method == Method::kGet;
    const bool bodied =
        method == Method::kPatch || (method == Method::kPost && !pattern.ends_with("/ping"));
    router.add({.method = method,
                .pattern = pattern,
                .body = bodied ? BodyKind::kJson : BodyKind::kNone,
                .handler = [this, member](RequestScope& scope) { return (this->*member)(scope); },
                .writes = !reads,
                .success = success});
  };
  constexpr std::string_view kOne = "/webhooks/{webhookId}";
  add(Method::kGet, "/webhooks", &WebhookRoutes::list, 200);
  add(Method::kPost, "/webhooks", &WebhookRoutes::create, 201);
  add(Method::kGet, kOne, &WebhookRoutes::get, 200);
  add(Method::kPatch, kOne, &WebhookRoutes::patch, 200);
  add(Method::kDelete, kOne, &WebhookRoutes::remove, 204);
  add(Method::kPost, "/webhooks/{webhookId}/rotate-secret", &WebhookRoutes::rotate, 200);
  add(Method::kPost, "/webhooks/{webhookId}/ping", &WebhookRoutes::ping, 202);
  add(Method::kGet, "/webhooks/{webhookId}/deliveries", &WebhookRoutes::deliveries, 200);
  add(Method::kPost, "/webhooks/{webhookId}/redeliver", &WebhookRoutes::redeliver, 202);
}

Task<Result<Webhook>> WebhookRoutes::find(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("webhookId"));
  SW_CO_TRY(const auto webhook, co_await parts_.store.find(id));
  if (!webhook || webhook->userId != scope.userId()) {
    co_return Error(Code::kNotFound, "there is no webhook with this id");
  }
  co_return *webhook;
}

Task<Result<std::string>> WebhookRoutes::checkedUrl(std::string url,
                                                    base::json::Problems& problems) {
  if (url.empty()) co_return std::string();  // a problem that is noted already
  const auto target = co_await parts_.guard.check(std::move(url));
  if (target.ok()) co_return target->toString();
  if (target.error().code() != Code::kInvalid) co_return target.error();
  problems.add("url", target.error().message());
  co_return std::string();
}

Task<Result<Response>> WebhookRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  constexpr std::int64_t kMost = 100;
  const std::int64_t limit = query.integer("maxResults", 1, kMost, kMost);
  const auto token = query.text("pageToken", 64);
  query.finish();
  const auto after = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const std::vector<Webhook> all, co_await parts_.store.ofUser(scope.userId()));
  auto next = after ? std::ranges::upper_bound(all, *after, {}, &Webhook::id) : all.begin();
  std::string out = R"({"items":[)";
  std::int64_t count = 0;
  for (; next != all.end() && count < limit; ++next, ++count) {
    if (count > 0) out += ',';
    webhooks::appendWebhookView(out, *next, {}, scope.clock().now());
  }
  out += ']';
  if (next != all.end()) out += R"(,"nextPageToken":")" + std::prev(next)->id.toString() + '"';
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> WebhookRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  WebhookContent content = webhooks::readWebhookContent(body.root(), true, problems);
  std::string given = content.url;
  SW_CO_TRY(content.url, co_await checkedUrl(std::move(given), problems));
  if (!problems.empty()) co_return problems.toError();
  const auto unit = scope.begin();
  const WebhookEditor::Made made =
      parts_.editor.create(*unit, scope.userId(), std::move(content), scope.actor());
  const std::string location = "/webhooks/" + made.webhook.id.toString();
  // The secret is shown once; a repeat gets the answer without it.
  Response repeated = tagged(scope, 201, made.webhook);
  repeated.with("Location", location);
  Response response = tagged(scope, 201, made.webhook, made.secret);
  response.with("Location", location);
  co_return co_await scope.commit(*unit, std::move(response), repeated);
}

Task<Result<Response>> WebhookRoutes::get(RequestScope& scope) {
  SW_CO_TRY(const Webhook webhook, co_await find(scope));
  co_return tagged(scope, 200, webhook);
}

Task<Result<Response>> WebhookRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(Webhook webhook, co_await find(scope));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(webhook.revision)));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(webhooks::toContentJson(webhook), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    base::json::Problems problems;
    WebhookContent content = webhooks::readWebhookContent(document.root(), false, problems);
    if (content.url != webhook.url) {
      std::string given = content.url;
      SW_CO_TRY(content.url, co_await checkedUrl(std::move(given), problems));
    }
    if (!problems.empty()) co_return problems.toError();
    const auto unit = scope.begin();
    const Webhook changed =
        parts_.editor.change(*unit, std::move(webhook), std::move(content), scope.actor());
    Response response = tagged(scope, 200, changed);
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> WebhookRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const Webhook webhook, co_await find(scope));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(webhook.revision)));
    const auto unit = scope.begin();
    parts_.editor.remove(*unit, webhook, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> WebhookRoutes::rotate(RequestScope& scope) {
  std::string secret;
  if (!scope.body().empty()) {
    SW_CO_TRY(const auto body, scope.json());
    base::json::Problems problems;
    secret = webhooks::readRotation(body.root(), problems);
    if (!problems.empty()) co_return problems.toError();
  }
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(Webhook webhook, co_await find(scope));
    SW_CO_CHECK(scope.checkIfMatch(calendar::etagOf(webhook.revision)));
    const auto unit = scope.begin();
    const WebhookEditor::Made made =
        parts_.editor.rotate(*unit, std::move(webhook), secret, scope.actor());
    const Response repeated = tagged(scope, 200, made.webhook);
    Response response = tagged(scope, 200, made.webhook, made.secret);
    co_return co_await scope.commit(*unit, std::move(response), repeated);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> WebhookRoutes::ping(RequestScope& scope) {
  SW_CO_TRY(const Webhook webhook, co_await find(scope));
  const auto unit = scope.begin();
  const Delivery delivery = parts_.editor.ping(*unit, webhook, scope.actor());
  std::string out;
  webhooks::appendDeliveryView(out, delivery);
  Response response = jsonResponse(202, std::move(out));
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> WebhookRoutes::deliveries(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  webhooks::WebhookStore::Page page;
  const std::int64_t limit = query.integer("maxResults", 1, 250, 50);
  const auto token = query.text("pageToken", 64);
  const auto status = query.text("status", 16);
  query.finish();
  const auto before = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !before) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (status) page.state = webhooks::deliveryStateFrom(*status);
  if (status && !page.state) query.problem("status", "must be pending, delivered or parked");
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const Webhook webhook, co_await find(scope));
  page.webhookId = webhook.id;
  page.before = before.value_or(base::Uuid{});
  page.limit = static_cast<int>(limit) + 1;
  SW_CO_TRY(std::vector<Delivery> found, co_await parts_.store.deliveries(page));
  const bool more = std::ssize(found) > limit;
  if (more) found.pop_back();
  std::string out = R"({"items":[)";
  for (const Delivery& delivery : found) {
    if (&delivery != &found.front()) out += ',';
    webhooks::appendDeliveryView(out, delivery);
  }
  out += ']';
  if (more) out += R"(,"nextPageToken":")" + found.back().id.toString() + '"';
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> WebhookRoutes::redeliver(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  const webhooks::RedeliverRequest request = webhooks::readRedeliver(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const Webhook webhook, co_await find(scope));
    if (!webhook.active) {
      co_return Error(Code::kConflict, "the webhook is switched off; switch it on first");
    }
    if (!request.deliveryId.isNil()) {
      co_return co_await redeliverOne(scope, webhook, request.deliveryId);
    }
    co_return co_await redeliverMany(scope, webhook, request);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> WebhookRoutes::redeliverOne(RequestScope& scope, const Webhook& webhook,
                                                   base::Uuid id) {
  SW_CO_TRY(auto delivery, co_await parts_.store.findDelivery(id));
  if (!delivery || delivery->webhookId != webhook.id) {
    co_return Error(Code::kNotFound, "this webhook has no delivery with this id");
  }
  const auto unit = scope.begin();
  parts_.editor.redeliver(*unit, *std::move(delivery));
  Response response = requeued(1, false);
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> WebhookRoutes::redeliverMany(RequestScope& scope, const Webhook& webhook,
                                                    const webhooks::RedeliverRequest& request) {
  webhooks::WebhookStore::Page page;
  page.webhookId = webhook.id;
  page.state = request.state;
  page.from = request.from;
  page.to = request.to;
  page.limit = WebhookEditor::kMaxRedelivered + 1;
  SW_CO_TRY(std::vector<Delivery> found, co_await parts_.store.deliveries(page));
  const bool more = std::ssize(found) > WebhookEditor::kMaxRedelivered;
  if (more) found.pop_back();
  const std::size_t count = found.size();
  const auto unit = scope.begin();
  for (Delivery& delivery : found) parts_.editor.redeliver(*unit, std::move(delivery));
  Response response = requeued(count, more);
  co_return co_await scope.commit(*unit, std::move(response));
}

}  // namespace sw::api
