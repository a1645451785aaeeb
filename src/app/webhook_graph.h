#pragma once

#include <string>

#include "adapters/sql/sql_webhook_store.h"
#include "adapters/webhook/system_resolver.h"
#include "adapters/webhook/webhook_transport.h"
#include "api/webhook_routes.h"
#include "app/job_graph.h"
#include "app/relay_graph.h"
#include "app/secrets.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "base/config.h"
#include "jobs/cluster_task.h"
#include "webhooks/delivery_handler.h"
#include "webhooks/target_guard.h"
#include "webhooks/webhook_editor.h"
#include "webhooks/webhook_probe.h"
#include "webhooks/webhook_subscriber.h"

namespace sw::app {

/// Webhooks over the stores: what registers them, what turns changes into deliveries, and what
/// delivers. Owned by the composition root, which stops relay and scheduler before it, and keeps
/// stores, telemetry and sources longer. Thread-safe once made.
class WebhookGraph {
 public:
  struct Below {
    Stores& stores;
    RelayGraph& relay;
    JobGraph& jobs;
    Telemetry& telemetry;
  };
  /// Joins relay and scheduler, which must not have been started.
  WebhookGraph(const base::Config::Webhooks& config, const Secrets& secrets, Below below,
               const base::Clock& clock);
  WebhookGraph(const WebhookGraph&) = delete;
  WebhookGraph& operator=(const WebhookGraph&) = delete;

  /// Also for other targets that people name, as those of push messages.
  [[nodiscard]] webhooks::TargetGuard& guard() { return guard_; }
  [[nodiscard]] const webhooks::AddressPolicy& policy() const { return policy_; }
  void addRoutes(api::Router& router) { routes_.addTo(router); }

  /// Ends the calls that run; after the scheduler, whose handlers wait for them. Blocks for a
  /// moment. Safe to call twice.
  void stop();

 private:
  base::Task<base::Result<void>> forgetDeliveries();

  const base::Clock& clock_;
  const webhooks::AddressPolicy policy_;
  sql::SqlWebhookStore store_;
  adapters::webhook::SystemResolver resolver_;
  adapters::webhook::WebhookTransport transport_;
  webhooks::TargetGuard guard_;
  webhooks::SecretKeeper secrets_;
  webhooks::WebhookEditor editor_;
  webhooks::WebhookProbe probe_;
  webhooks::WebhookSubscriber subscriber_;
  webhooks::DeliveryHandler handler_;
  jobs::ClusterTask forgetting_;
  api::WebhookRoutes routes_;
};

/// Which addresses people's targets may have, by the configuration.
webhooks::AddressPolicy addressPolicy(const base::Config::Webhooks& config);

}  // namespace sw::app
