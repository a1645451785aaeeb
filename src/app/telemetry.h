#pragma once

#include <memory>

#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "obs/exposition.h"
#include "obs/health.h"
#include "obs/http_probe.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/metrics.h"
#include "obs/redact.h"

namespace sw::app {

/// What a service tells of itself: metrics, log, health. Made before and destroyed after all that
/// it watches. Owned by the composition root; thread-safe.
class Telemetry {
 public:
  /// `kConfiguration` when the log file cannot be opened. Blocks briefly.
  static base::Result<std::unique_ptr<Telemetry>> make(const base::LoadedConfig& loaded,
                                                       const base::Clock& clock);

 private:
  Telemetry(const base::LoadedConfig& loaded, const base::Clock& clock,
            std::unique_ptr<obs::LogSink> sink, obs::Redactor withSecrets);

 public:
  const obs::Redactor redactor;  // knows the configured secrets
  obs::Metrics metrics;
  obs::MetricCatalog catalog;
  obs::MetricsEndpoint metricsEndpoint;
  obs::Log log;
  obs::Health health;
  obs::HttpProbe httpProbe;
};

}  // namespace sw::app
