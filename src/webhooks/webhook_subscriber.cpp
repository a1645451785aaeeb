#include "webhooks/webhook_subscriber.h"

#include "webhooks/event_filter.h"
#include "webhooks/webhook_editor.h"

namespace sw::webhooks {

using base::Result;
using base::Task;

namespace {

bool wants(const Webhook& webhook, const jobs::Change& change) {
  // What happened before the webhook was there is not its business, however late it is told.
  return webhook.active && change.at >= webhook.created && wantsEvent(webhook.events, change.type);
}

}  // namespace

void WebhookSubscriber::deliver(jobs::UnitOfWork& unit, const Webhook& webhook,
                                const jobs::Change& change, const std::string& body) {
  Delivery delivery;
  delivery.id = base::newUuid(clock_);
  delivery.webhookId = webhook.id;
  delivery.userId = webhook.userId;
  delivery.eventType = change.type;
  delivery.eventId = jobs::cloudEventId(change);
  delivery.body = body;
  delivery.created = clock_.now();
  delivery.started = delivery.created;
  delivery.nextAttempt = delivery.created;
  delivery.requestId = change.requestId;
  delivery.traceParent = change.traceParent;
  delivery.revision = 1;
  scheduleDelivery(unit, parts_.webhooks, parts_.jobs, delivery, base::newUuid(clock_));
}

Task<Result<void>> WebhookSubscriber::take(const std::vector<jobs::Change>& changes,
                                           jobs::UnitOfWork& unit) {
  if (changes.empty()) co_return Result<void>();
  SW_CO_TRY(const std::vector<Webhook> webhooks,
            co_await parts_.webhooks.ofUser(changes.front().userId));
  if (webhooks.empty()) co_return Result<void>();
  for (const jobs::Change& change : changes) {
    std::string body;  // made once, and only where somebody wants it
    for (const Webhook& webhook : webhooks) {
      if (!wants(webhook, change)) continue;
      if (body.empty()) {
        SW_CO_TRY(body, co_await jobs::cloudEventOf(change, parts_.sources, options_));
      }
      deliver(unit, webhook, change, body);
    }
  }
  co_return Result<void>();
}

}  // namespace sw::webhooks
