#include "webhooks/webhook_editor.h"

#include <utility>

#include "jobs/cloud_event.h"
#include "jobs/event_types.h"
#include "webhooks/event_filter.h"

namespace sw::webhooks {

namespace event_type = jobs::event_type;

namespace {

void assign(Webhook& webhook, WebhookContent content) {
  webhook.url = std::move(content.url);
  webhook.description = std::move(content.description);
  webhook.events = std::move(content.events);
  webhook.active = content.active;
}

}  // namespace

void scheduleDelivery(jobs::UnitOfWork& unit, WebhookStore& webhooks, jobs::JobStore& jobs,
                      const Delivery& delivery, base::Uuid jobId) {
  webhooks.put(unit, delivery);
  if (delivery.state != DeliveryState::kPending || !delivery.nextAttempt) return;
  jobs::Job job;
  job.id = jobId;
  job.kind = kDeliveryJob;
  job.userId = delivery.userId;
  // Of one revision of the delivery: what finds another one there has nothing to do any more.
  job.payload = R"({"delivery":")" + delivery.id.toString() + R"(","revision":)" +
                std::to_string(delivery.revision) + "}";
  job.due = *delivery.nextAttempt;
  job.created = delivery.lastAttempt.value_or(delivery.created);
  job.actor = {delivery.requestId, delivery.traceParent};
  jobs.put(unit, job);
}

void WebhookEditor::log(jobs::UnitOfWork& unit, std::string_view type, const Webhook& webhook,
                        const jobs::Actor& actor) {
  stores_.changes.append(unit, {webhook.userId,
                                0,
                                std::string(type),
                                webhook.id,
                                {},
                                webhook.revision,
                                clock_.now(),
                                actor.requestId,
                                actor.traceParent});
}

WebhookEditor::Made WebhookEditor::create(jobs::UnitOfWork& unit, base::Uuid userId,
                                          WebhookContent content, const jobs::Actor& actor) {
  Made made;
  made.secret = content.secret.empty() ? newSecret() : std::move(content.secret);
  Webhook& webhook = made.webhook;
  webhook.id = base::newUuid(clock_);
  webhook.userId = userId;
  webhook.revision = 1;
  webhook.created = webhook.updated = clock_.now();
  assign(webhook, std::move(content));
  webhook.secret = secrets_.seal(made.secret, webhook.id.toString());
  stores_.webhooks.put(unit, webhook, kMaxPerUser);
  log(unit, event_type::kWebhookCreated, webhook, actor);
  return made;
}

Webhook WebhookEditor::change(jobs::UnitOfWork& unit, Webhook webhook, WebhookContent content,
                              const jobs::Actor& actor) {
  const bool wakes = content.active && !webhook.active;
  assign(webhook, std::move(content));
  if (wakes) {
    webhook.disabled = Disabled::kNo;
    webhook.disabledAt.reset();
  }
  ++webhook.revision;
  webhook.updated = clock_.now();
  stores_.webhooks.put(unit, webhook, kMaxPerUser);
  if (wakes) stores_.webhooks.markFailing(unit, webhook.id, std::nullopt);
  log(unit, event_type::kWebhookUpdated, webhook, actor);
  return webhook;
}

WebhookEditor::Made WebhookEditor::rotate(jobs::UnitOfWork& unit, Webhook webhook,
                                          std::string secret, const jobs::Actor& actor) {
  Made made;
  made.secret = secret.empty() ? newSecret() : std::move(secret);
  webhook.oldSecret =
      std::exchange(webhook.secret, secrets_.seal(made.secret, webhook.id.toString()));
  webhook.oldSecretUntil = clock_.now() + kOverlap;
  ++webhook.revision;
  webhook.updated = clock_.now();
  stores_.webhooks.put(unit, webhook, kMaxPerUser);
  log(unit, event_type::kWebhookUpdated, webhook, actor);
  made.webhook = std::move(webhook);
  return made;
}

void WebhookEditor::remove(jobs::UnitOfWork& unit, const Webhook& webhook,
                           const jobs::Actor& actor) {
  stores_.webhooks.remove(unit, webhook.id, webhook.revision);
  log(unit, event_type::kWebhookDeleted, webhook, actor);
}

Delivery WebhookEditor::ping(jobs::UnitOfWork& unit, const Webhook& webhook,
                             const jobs::Actor& actor) {
  const base::Instant now = clock_.now();
  jobs::Change change;
  change.userId = webhook.userId;
  change.type = kPingType;
  change.resourceId = webhook.id;
  change.revision = webhook.revision;
  change.number = now.time_since_epoch().count();  // so that no two pings have one id
  change.at = now;
  change.requestId = actor.requestId;
  change.traceParent = actor.traceParent;

  Delivery delivery;
  delivery.id = base::newUuid(clock_);
  delivery.webhookId = webhook.id;
  delivery.userId = webhook.userId;
  delivery.eventType = kPingType;
  delivery.eventId = jobs::cloudEventId(change);
  std::string data = R"({"id":")" + webhook.id.toString() + R"("})";
  delivery.body = jobs::toCloudEvent(change, data, {source_});
  delivery.started = delivery.created = now;
  delivery.nextAttempt = now;
  delivery.requestId = actor.requestId;
  delivery.traceParent = actor.traceParent;
  delivery.revision = 1;
  scheduleDelivery(unit, stores_.webhooks, stores_.jobs, delivery, base::newUuid(clock_));
  return delivery;
}

void WebhookEditor::redeliver(jobs::UnitOfWork& unit, Delivery delivery) {
  delivery.state = DeliveryState::kPending;
  delivery.round = 0;
  delivery.started = clock_.now();
  delivery.nextAttempt = delivery.started;
  ++delivery.revision;
  scheduleDelivery(unit, stores_.webhooks, stores_.jobs, delivery, base::newUuid(clock_));
}

}  // namespace sw::webhooks
