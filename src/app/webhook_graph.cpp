#include "app/webhook_graph.h"

#include "app/build_info.h"

namespace sw::app {
namespace {

/// Deliveries of one write, when old ones are removed.
constexpr int kPiece = 500;

/// As the requests name who sends them (RFC 9110, section 10.1.5).
std::string userAgent(const std::string& publicUrl) {
  return "scheduling-worker/" + std::string(buildInfo().version) + " (webhooks; +" + publicUrl +
         ")";
}

}  // namespace

webhooks::AddressPolicy addressPolicy(const base::Config::Webhooks& config) {
  webhooks::AddressPolicy policy;
  policy.allowAll = config.allowPrivate;
  for (const std::string& text : config.allowedNetworks) {
    if (const auto network = webhooks::Network::parse(text)) policy.allowed.push_back(*network);
  }
  return policy;
}

WebhookGraph::WebhookGraph(const base::Config::Webhooks& config, const Secrets& secrets,
                           Below below, const base::Clock& clock)
    : clock_(clock),
      policy_(addressPolicy(config)),
      store_(below.stores.database()),
      transport_({.policy = policy_, .allowHttp = config.allowHttp}),
      guard_({.policy = policy_, .allowHttp = config.allowHttp}, resolver_),
      secrets_(secrets.encryption),
      editor_({store_, below.stores.jobs, below.stores.changes}, secrets_,
              below.relay.cloudEvents().source, clock),
      probe_(below.telemetry.catalog, below.telemetry.log),
      subscriber_({store_, below.stores.jobs, below.relay.eventData()}, below.relay.cloudEvents(),
                  clock),
      handler_(
          {.storage = below.stores.storage,
           .webhooks = store_,
           .jobs = below.stores.jobs,
           .transport = transport_,
           .probe = probe_,
           .redactor = below.telemetry.redactor,
           .clock = clock},
          secrets_,
          {.timeout = config.timeout, .userAgent = userAgent(below.relay.cloudEvents().source)}),
      forgetting_({.name = "webhooks.expire", .interval = std::chrono::hours(1)},
                  below.stores.leases, clock,
                  [this](const jobs::Lease&) { return forgetDeliveries(); }),
      routes_({store_, editor_, guard_}) {
  below.relay.add(subscriber_);
  below.jobs.scheduler().add(webhooks::kDeliveryJob, handler_);
  below.jobs.scheduler().add(forgetting_);
}

base::Task<base::Result<void>> WebhookGraph::forgetDeliveries() {
  const base::Instant horizon = clock_.now() - webhooks::Delivery::kRetention;
  while (true) {
    SW_CO_TRY(const std::int64_t removed, co_await store_.removeDeliveries(horizon, kPiece));
    if (removed < kPiece) co_return base::Result<void>();
  }
}

void WebhookGraph::stop() {
  transport_.stop();
  resolver_.stop();
}

}  // namespace sw::app
