#pragma once

#include "reminders/channel.h"
#include "webhooks/webhook_store.h"

namespace sw::app {

/// The channel "webhook": a reminder is an event of the change log, which goes to the person's
/// webhooks by way of the relay. So this channel sends nothing; it says whether anybody listens.
/// The store outlives it. Thread-safe.
class WebhookChannel final : public reminders::Channel {
 public:
  explicit WebhookChannel(webhooks::WebhookStore& webhooks) : webhooks_(webhooks) {}

  [[nodiscard]] std::string_view name() const override { return "webhook"; }
  [[nodiscard]] std::string_view setting() const override { return "webhook"; }
  [[nodiscard]] bool recognisesRepeats() const override { return true; }
  /// Sent when an active webhook of the person asks for `reminder.sent`. Fails as the store does.
  base::Task<base::Result<reminders::Delivery>> send(const reminders::Message& message) override;

 private:
  webhooks::WebhookStore& webhooks_;
};

}  // namespace sw::app
