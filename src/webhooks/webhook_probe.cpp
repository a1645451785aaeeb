#include "webhooks/webhook_probe.h"

#include "base/time_format.h"

namespace sw::webhooks {
namespace {

using obs::label::DeliveryOutcome;
using obs::label::DeliveryStatus;

/// The fields of an attempt, with the texts they refer to.
struct Told {
  explicit Told(const WebhookProbe::Attempt& attempt)
      : webhook(attempt.webhook.id.toString()),
        delivery(attempt.delivery.id.toString()),
        user(attempt.webhook.userId.toString()),
        next(attempt.delivery.nextAttempt ? base::formatInstant(*attempt.delivery.nextAttempt)
                                          : std::string()) {}
  std::string webhook;
  std::string delivery;
  std::string user;
  std::string next;
};

}  // namespace

WebhookProbe::WebhookProbe(obs::MetricCatalog& catalog, obs::Log& log)
    : logger_(log.logger("webhooks")), circuits_(catalog.webhookCircuitsOpen.handle()) {
  for (std::size_t i = 0; i < deliveries_.size(); ++i) {
    deliveries_.at(i) = catalog.webhookDeliveries.handle(static_cast<DeliveryStatus::Value>(i));
  }
  durations_.at(0) = catalog.webhookDuration.handle(DeliveryOutcome::kFailed);
  durations_.at(1) = catalog.webhookDuration.handle(DeliveryOutcome::kSuccess);
  for (std::size_t i = 0; i < disabled_.size(); ++i) {
    disabled_.at(i) =
        catalog.webhooksDisabled.handle(static_cast<obs::label::WebhookDisabled::Value>(i));
  }
  circuits_.set(0);
}

void WebhookProbe::delivered(const Attempt& attempt) const {
  deliveries_.at(DeliveryStatus::kSuccess).increment();
  durations_.at(1).observe(attempt.took);
  const bool again = attempt.delivery.round > 1 || attempt.webhook.failingSince;
  const obs::Level level = again ? obs::Level::kInfo : obs::Level::kDebug;
  if (!logger_.wants(level)) return;
  const Told told(attempt);
  logger_.log(
      level, again ? "A webhook gets through again" : "Delivered to a webhook",
      {obs::operation("deliver_webhook"), obs::duration(attempt.took), obs::userId(told.user),
       obs::field("webhook", told.webhook), obs::field("delivery", told.delivery),
       obs::field("server", attempt.server), obs::field("attempt", attempt.delivery.round),
       obs::field("httpStatus", attempt.delivery.lastStatus),
       obs::requestId(attempt.delivery.requestId)});
}

void WebhookProbe::failed(const Attempt& attempt) const {
  deliveries_.at(DeliveryStatus::kFailed).increment();
  durations_.at(0).observe(attempt.took);
  const Told told(attempt);
  logger_.warn(
      "A webhook did not get through; it will be tried again",
      {obs::operation("deliver_webhook"), obs::duration(attempt.took), obs::userId(told.user),
       obs::field("webhook", told.webhook), obs::field("delivery", told.delivery),
       obs::field("server", attempt.server), obs::field("attempt", attempt.delivery.round),
       obs::field("httpStatus", attempt.delivery.lastStatus),
       obs::field("error", attempt.delivery.lastError), obs::field("nextAttempt", told.next),
       obs::requestId(attempt.delivery.requestId)});
}

void WebhookProbe::parked(const Attempt& attempt) const {
  deliveries_.at(DeliveryStatus::kFailed).increment();
  deliveries_.at(DeliveryStatus::kDead).increment();
  durations_.at(0).observe(attempt.took);
  const Told told(attempt);
  logger_.error(
      "A webhook did not get through and is parked",
      {obs::operation("deliver_webhook"), obs::duration(attempt.took), obs::userId(told.user),
       obs::field("webhook", told.webhook), obs::field("delivery", told.delivery),
       obs::field("server", attempt.server), obs::field("attempt", attempt.delivery.round),
       obs::field("httpStatus", attempt.delivery.lastStatus),
       obs::field("error", attempt.delivery.lastError),
       obs::requestId(attempt.delivery.requestId)});
}

void WebhookProbe::givenUp(const Delivery& delivery, std::string_view reason) const {
  deliveries_.at(DeliveryStatus::kDead).increment();
  const std::string webhook = delivery.webhookId.toString();
  const std::string id = delivery.id.toString();
  logger_.warn("A delivery to a webhook is parked without an attempt",
               {obs::operation("deliver_webhook"), obs::field("webhook", webhook),
                obs::field("delivery", id), obs::field("reason", reason),
                obs::requestId(delivery.requestId)});
}

void WebhookProbe::disabled(const Webhook& webhook) const {
  const bool gone = webhook.disabled == Disabled::kGone;
  disabled_.at(gone ? obs::label::WebhookDisabled::kGone : obs::label::WebhookDisabled::kFailing)
      .increment();
  const std::string id = webhook.id.toString();
  const std::string user = webhook.userId.toString();
  logger_.warn("A webhook was switched off", {obs::userId(user), obs::field("webhook", id),
                                              obs::field("reason", toString(webhook.disabled))});
}

void WebhookProbe::circuitOpened(const Webhook& webhook, std::string_view server) const {
  const std::string id = webhook.id.toString();
  logger_.warn("Calls to a webhook's target are held back, since it fails again and again",
               {obs::field("webhook", id), obs::field("server", server)});
}

}  // namespace sw::webhooks
