#include "webhooks/delivery_handler.h"

#include <array>
#include <random>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "jobs/cloud_event.h"
#include "obs/trace.h"
#include "webhooks/event_filter.h"
#include "webhooks/retry_schedule.h"
#include "webhooks/target_url.h"
#include "webhooks/webhook_editor.h"

namespace sw::webhooks {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

/// Before a delivery that was not tried for reasons of this copy comes back; up to twice of it.
constexpr std::chrono::seconds kPauseUntried{2};

/// What a job's payload says.
struct Order {
  base::Uuid delivery;
  std::int64_t revision = 0;
};

std::optional<Order> readOrder(const jobs::Job& job) {
  const auto document = base::json::Document::parse(job.payload);
  if (!document.ok()) return std::nullopt;
  const base::json::Value root = document->root();
  const auto id = base::Uuid::parse(root.find("delivery").asString().value_or(""));
  const auto revision = root.find("revision").asInteger();
  if (!id || !revision) return std::nullopt;
  return Order{*id, *revision};
}

/// From 0 to 1.
double jitter() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::string_view errorTypeOf(const Result<Transport::Answer>& answer) {
  return answer.ok() ? std::string_view("http_status")
                     : base::describe(answer.error().code()).label;
}

}  // namespace

jobs::JobPolicy DeliveryHandler::policy() const {
  jobs::JobPolicy policy;
  policy.concurrency = options_.concurrency;
  policy.timeout = options_.timeout * 2 + std::chrono::seconds(20);
  // Failures of ours alone (the database is away): those of the target are no errors here.
  policy.attempts = 50;
  policy.longestWait = std::chrono::minutes(10);
  return policy;
}

Task<Result<void>> DeliveryHandler::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto order = readOrder(job);
  if (!order) co_return Error(Code::kInvalid, "a job to deliver names no delivery");
  SW_CO_TRY(auto delivery, co_await parts_.webhooks.findDelivery(order->delivery));
  const bool current = delivery && delivery->revision == order->revision &&
                       delivery->state == DeliveryState::kPending;
  if (!current) co_return Result<void>();  // done already, or sent again by hand
  SW_CO_TRY(const auto webhook, co_await parts_.webhooks.find(delivery->webhookId));
  if (!webhook) co_return Result<void>();
  if (!webhook->active && delivery->eventType != kPingType) {
    park(unit, *std::move(delivery), "the webhook is switched off");
    co_return Result<void>();
  }
  const auto wait = lanes_.enter(webhook->id, parts_.clock.monotonic());
  if (wait) {
    const base::Instant now = parts_.clock.now();
    if (now >= delivery->started + RetrySchedule::kWindow) {
      park(unit, *std::move(delivery), "its target failed for so long that calls are held back");
    } else {
      postpone(unit, job, now + *wait);
    }
    co_return Result<void>();
  }
  auto tried = co_await attempt(*webhook, *delivery);
  const base::Monotonic now = parts_.clock.monotonic();
  Lanes::Outcome outcome;
  std::string server;
  const bool untried = tried.ok() && tried->untried();
  outcome.tried = tried.ok() && !untried;
  if (tried.ok()) {
    server = tried->server;
    outcome.delivered = tried->delivered();
    outcome.took = tried->took;
    const bool asks =
        tried->answer.ok() && (tried->answer->status == 429 || tried->answer->status == 503);
    if (asks) outcome.retryAfter = readRetryAfter(tried->answer->retryAfter, parts_.clock.now());
  }
  if (lanes_.leave(webhook->id, now, outcome)) parts_.probe.circuitOpened(*webhook, server);
  parts_.probe.circuitsOpen(lanes_.open());
  if (!tried.ok()) co_return tried.error();
  if (untried) {
    const base::Instant at = parts_.clock.now();
    if (at >= delivery->started + RetrySchedule::kWindow) {
      park(unit, *std::move(delivery), tried->answer.error().message());
    } else {
      const auto pause = kPauseUntried * (1 + jitter());
      postpone(unit, job, at + std::chrono::ceil<std::chrono::milliseconds>(pause));
    }
    co_return Result<void>();
  }
  co_return co_await settle(*webhook, *std::move(delivery), *tried, unit);
}

Result<Transport::Message> DeliveryHandler::messageFor(const Webhook& webhook,
                                                       const Delivery& delivery,
                                                       base::Instant now) const {
  const std::string owner = webhook.id.toString();
  const std::string id = delivery.id.toString();
  std::vector<std::string> keys;
  SW_TRY(const std::string secret, secrets_.open(webhook.secret, owner));
  SW_TRY(keys.emplace_back(), keyOfSecret(secret));
  if (!webhook.oldSecret.empty() && webhook.oldSecretUntil && *webhook.oldSecretUntil > now) {
    SW_TRY(const std::string former, secrets_.open(webhook.oldSecret, owner));
    SW_TRY(keys.emplace_back(), keyOfSecret(former));
  }
  const auto at = std::chrono::floor<std::chrono::seconds>(now);
  Transport::Message message;
  message.url = webhook.url;
  message.timeout = options_.timeout;
  message.body = delivery.body;
  message.headers = {{"Content-Type", std::string(jobs::kCloudEventType) + "; charset=utf-8"},
                     {"User-Agent", options_.userAgent},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(at.time_since_epoch().count())},
                     {"webhook-signature", sign(keys, id, at, delivery.body)}};
  if (!delivery.requestId.empty()) message.headers.emplace_back("X-Request-ID", delivery.requestId);
  return message;
}

Task<Result<DeliveryHandler::Attempt>> DeliveryHandler::attempt(const Webhook& webhook,
                                                                const Delivery& delivery) {
  Attempt made{Transport::Answer{}, parts_.clock.now()};
  SW_CO_TRY(Transport::Message message, messageFor(webhook, delivery, made.at));
  const auto target = TargetUrl::parse(webhook.url, true);
  made.server = target.ok() ? target->server() : std::string();
  const std::string host = target.ok() ? target->host : std::string();

  obs::Span span("deliver_webhook", obs::SpanKind::kClient);
  span.set(obs::safeAttribute("http.request.method", "POST"));
  span.set(obs::attribute("server.address", host));
  span.set(obs::attribute("http.request.resend_count", delivery.round));
  const auto here = obs::currentTrace();
  const std::string parent = here ? here->traceParent() : delivery.traceParent;
  if (!parent.empty()) message.headers.emplace_back("traceparent", parent);
  if (here && !here->state.empty()) message.headers.emplace_back("tracestate", here->state);

  const base::Monotonic begun = parts_.clock.monotonic();
  made.answer = co_await parts_.transport.send(std::move(message));
  made.took = parts_.clock.monotonic() - begun;
  if (made.answer.ok()) {
    span.set(obs::attribute("http.response.status_code", made.answer->status));
  }
  if (!made.delivered()) span.fail(errorTypeOf(made.answer));
  co_return made;
}

/// Notes what the attempt was like, without secrets.
void DeliveryHandler::describe(Delivery& delivery, const Attempt& attempt) const {
  ++delivery.attempts;
  ++delivery.round;
  ++delivery.revision;
  delivery.lastAttempt = attempt.at;
  delivery.nextAttempt.reset();
  delivery.lastStatus = 0;
  delivery.lastAnswer.clear();
  delivery.lastError.clear();
  if (attempt.answer.ok()) {
    delivery.lastStatus = attempt.answer->status;
    std::string readable;
    base::appendAsUtf8(readable, attempt.answer->body);
    // SQL texts hold no zero bytes.
    std::erase(readable, '\0');
    delivery.lastAnswer = parts_.redactor.redact(readable);
    if (!attempt.delivered()) {
      const int status = attempt.answer->status;
      delivery.lastError = status >= 300 && status < 400
                               ? "the target redirects, which is not followed"
                               : "the target answered " + std::to_string(status);
    }
  } else {
    delivery.lastError = attempt.answer.error().message();
  }
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(attempt.took);
  delivery.history =
      addToHistory(delivery.history, attempt.at, delivery.lastStatus, took, delivery.lastError);
}

Task<Result<void>> DeliveryHandler::settle(const Webhook& webhook, Delivery delivery,
                                           const Attempt& attempt, jobs::UnitOfWork& unit) {
  describe(delivery, attempt);
  const base::Instant now = parts_.clock.now();
  const WebhookProbe::Attempt told{webhook, delivery, attempt.server, attempt.took};
  if (attempt.delivered()) {
    delivery.state = DeliveryState::kDelivered;
    if (webhook.failingSince) parts_.webhooks.markFailing(unit, webhook.id, std::nullopt);
    parts_.webhooks.put(unit, delivery);
    parts_.probe.delivered(told);
    co_return Result<void>();
  }
  if (!webhook.failingSince) parts_.webhooks.markFailing(unit, webhook.id, now);
  const bool failing =
      webhook.failingSince && now - *webhook.failingSince >= RetrySchedule::kPatience;
  const bool off = attempt.gone() || failing;
  std::optional<base::Instant> next;
  if (!off) {
    const auto asked = attempt.answer.ok() ? readRetryAfter(attempt.answer->retryAfter, now)
                                           : std::chrono::seconds(0);
    next = RetrySchedule::next(delivery.started, now, delivery.round, asked, jitter());
  }
  delivery.nextAttempt = next;
  delivery.state = next ? DeliveryState::kPending : DeliveryState::kParked;
  schedule(unit, delivery);
  if (next) {
    parts_.probe.failed(told);
  } else {
    parts_.probe.parked(told);
  }
  if (off && webhook.active) {
    const Disabled reason = attempt.gone() ? Disabled::kGone : Disabled::kFailing;
    co_return co_await disable(webhook, reason);
  }
  co_return Result<void>();
}

/// In a unit of its own: were the webhook changed by its owner meanwhile, the delivery's outcome
/// is written all the same, and the next failure tries again.
Task<Result<void>> DeliveryHandler::disable(Webhook webhook, Disabled reason) {
  webhook.active = false;
  webhook.disabled = reason;
  webhook.disabledAt = parts_.clock.now();
  webhook.updated = *webhook.disabledAt;
  ++webhook.revision;
  const auto unit = parts_.storage.begin();
  parts_.webhooks.put(*unit, webhook, WebhookEditor::kMaxPerUser);
  const auto committed = co_await unit->commit();
  if (committed.ok()) {
    parts_.probe.disabled(webhook);
  } else if (committed.error().code() != Code::kConflict) {
    co_return committed.error();
  }
  co_return Result<void>();
}

void DeliveryHandler::schedule(jobs::UnitOfWork& unit, const Delivery& delivery) {
  scheduleDelivery(unit, parts_.webhooks, parts_.jobs, delivery, base::newUuid(parts_.clock));
}

void DeliveryHandler::park(jobs::UnitOfWork& unit, Delivery delivery, std::string reason) {
  parts_.probe.givenUp(delivery, reason);
  delivery.state = DeliveryState::kParked;
  delivery.nextAttempt.reset();
  delivery.lastError = std::move(reason);
  ++delivery.revision;
  parts_.webhooks.put(unit, delivery);
}

/// The same job once more, as no attempt was made.
void DeliveryHandler::postpone(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due) {
  jobs::Job later;
  later.id = base::newUuid(parts_.clock);
  later.kind = job.kind;
  later.userId = job.userId;
  later.payload = job.payload;
  later.priority = job.priority;
  later.due = due;
  later.created = job.created;
  later.actor = job.actor;
  parts_.jobs.put(unit, later);
}

void DeliveryHandler::buried(const jobs::Job& job, const Error& error, jobs::UnitOfWork& unit) {
  const auto order = readOrder(job);
  if (!order) return;
  parts_.webhooks.parkDelivery(unit, order->delivery, order->revision, error.message());
}

}  // namespace sw::webhooks
