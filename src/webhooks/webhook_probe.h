#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "webhooks/webhook.h"

namespace sw::webhooks {

/// What webhooks tell of themselves: metric and log together. Names of hosts are told, paths and
/// queries of targets never. One a process; thread-safe.
class WebhookProbe {
 public:
  WebhookProbe(obs::MetricCatalog& catalog, obs::Log& log);

  /// An attempt, as the log names it. Views live as long as the call.
  struct Attempt {
    const Webhook& webhook;
    const Delivery& delivery;  // after the attempt
    std::string_view server;   // scheme, host and port
    std::chrono::nanoseconds took{};
  };
  void delivered(const Attempt& attempt) const;
  /// It failed and is tried again.
  void failed(const Attempt& attempt) const;
  /// It failed and is parked.
  void parked(const Attempt& attempt) const;
  /// Given up without an attempt, for `reason`.
  void givenUp(const Delivery& delivery, std::string_view reason) const;
  /// The program switched a webhook off.
  void disabled(const Webhook& webhook) const;
  /// A breaker has opened.
  void circuitOpened(const Webhook& webhook, std::string_view server) const;
  void circuitsOpen(std::size_t count) const { circuits_.set(static_cast<double>(count)); }

 private:
  obs::Logger logger_;
  std::array<obs::CounterHandle, obs::label::DeliveryStatus::kValues.size()> deliveries_;
  std::array<obs::HistogramHandle, 2> durations_;  // failed, success
  std::array<obs::CounterHandle, obs::label::WebhookDisabled::kValues.size()> disabled_;
  obs::GaugeHandle circuits_;
};

}  // namespace sw::webhooks
