#pragma once

#include <string>

#include "api/http.h"
#include "base/clock.h"
#include "obs/exposition.h"
#include "obs/health.h"

namespace sw::app {

/// What the operations listener serves: metrics and health, independent of the API and its
/// threads. Owned by the composition root; thread-safe.
class OperationsHandler final : public api::RequestHandler {
 public:
  /// `metricsPath` is where the metrics are (PROMETHEUS_PATH). The parts must outlive it.
  OperationsHandler(obs::MetricsEndpoint& metrics, const obs::Health& health,
                    std::string metricsPath, const base::Clock& clock)
      : metrics_(metrics), health_(health), metricsPath_(std::move(metricsPath)), clock_(clock) {}

  api::Admission admit(api::RequestHead& head) override;
  base::Task<api::Response> handle(api::Request& request) override;
  api::Response reject(api::RequestHead& head, const base::Error& error) override;
  void finished(const api::Exchange& exchange) override;

 private:
  [[nodiscard]] bool knows(std::string_view path) const;
  [[nodiscard]] api::Response fail(const api::RequestHead& head, const base::Error& error) const;

  obs::MetricsEndpoint& metrics_;
  const obs::Health& health_;
  const std::string metricsPath_;
  const base::Clock& clock_;
};

}  // namespace sw::app
