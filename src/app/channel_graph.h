#pragma once

#include <array>
#include <memory>
#include <span>

#include "adapters/mail/mail_channel.h"
#include "adapters/push/ntfy_sender.h"
#include "adapters/push/vapid.h"
#include "adapters/push/web_push_sender.h"
#include "adapters/sql/sql_push_store.h"
#include "adapters/sql/sql_webhook_store.h"
#include "adapters/webhook/system_resolver.h"
#include "adapters/webhook/webhook_transport.h"
#include "api/push_routes.h"
#include "app/push_key.h"
#include "app/secrets.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "app/webhook_channel.h"
#include "app/worker_metrics.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/worker_pool.h"
#include "reminders/channel_probe.h"
#include "reminders/push_channel.h"
#include "reminders/push_targets.h"

namespace sw::app {

/// The ways in which people are reminded beyond the program, and where they register devices for
/// them. Owned by the composition root, which stops the scheduler and the server's callers before
/// it is destroyed and keeps stores and telemetry longer. Thread-safe once made.
class ChannelGraph {
 public:
  /// Blocks for a file. `kConfiguration` when a key or an address cannot be used.
  static base::Result<std::unique_ptr<ChannelGraph>> make(const base::Config& config,
                                                          const Secrets& secrets, Stores& stores,
                                                          Telemetry& telemetry,
                                                          const base::Clock& clock);
  ChannelGraph(const ChannelGraph&) = delete;
  ChannelGraph& operator=(const ChannelGraph&) = delete;
  /// As `stop`.
  ~ChannelGraph();

  /// For the reminders.
  [[nodiscard]] std::span<reminders::Channel* const> channels() const { return channels_; }
  void addRoutes(api::Router& router) { routes_.addTo(router); }

  /// Ends the calls that run, so that whoever waits for them comes to an end. Blocks for a moment.
  /// Safe to call twice.
  void stop();

 private:
  ChannelGraph(const base::Config& config, adapters::mail::MailChannelOptions mail,
               std::unique_ptr<adapters::push::Vapid> vapid, const Secrets& secrets, Stores& stores,
               Telemetry& telemetry, const base::Clock& clock);

  reminders::ChannelProbe probe_;
  WorkerMetrics mailQueue_;
  base::WorkerPool mailPool_;
  adapters::webhook::SystemResolver resolver_;
  adapters::webhook::WebhookTransport transport_;
  webhooks::TargetGuard guard_;
  const std::unique_ptr<adapters::push::Vapid> vapid_;
  sql::SqlPushStore targets_;
  sql::SqlWebhookStore webhooks_;
  const reminders::PushKeeper keeper_;
  adapters::push::WebPushSender webPushSender_;
  adapters::push::NtfySender ntfySender_;

  adapters::mail::MailChannel mail_;
  reminders::PushChannel webPush_;
  reminders::PushChannel ntfy_;
  WebhookChannel webhook_;
  const std::array<reminders::Channel*, 4> channels_;

  reminders::PushTargets pushTargets_;
  api::PushRoutes routes_;
};

}  // namespace sw::app
