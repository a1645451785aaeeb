#pragma once

#include <memory>

#include "app/error_tracking.h"
#include "app/tracing.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "obs/auth_probe.h"
#include "obs/error_reporter.h"
#include "obs/exposition.h"
#include "obs/health.h"
#include "obs/http_probe.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/metrics.h"
#include "obs/performance.h"
#include "obs/redact.h"

namespace sw::app {

/// What a service tells of itself: metrics, log, health, traces. Made before and destroyed after
/// all that it watches. Owned by the composition root; thread-safe.
class Telemetry {
 public:
  /// `kConfiguration` when the log file cannot be opened. Blocks briefly.
  static base::Result<std::unique_ptr<Telemetry>> make(const base::LoadedConfig& loaded,
                                                       const base::Clock& clock);

  /// The levels of `loaded` are in force from now on, and the log file is opened again.
  void reload(const base::LoadedConfig& loaded);

 private:
  Telemetry(const base::LoadedConfig& loaded, const base::Clock& clock,
            std::unique_ptr<obs::LogSink> sink, obs::Redactor withSecrets);

 public:
  const obs::Redactor redactor;  // knows the secrets of this process
  obs::Metrics metrics;
  obs::MetricCatalog catalog;
  obs::MetricsEndpoint metricsEndpoint;
  obs::Log log;
  obs::Health health;
  obs::ErrorReporter errors;
  obs::Performance performance;
  obs::HttpProbe httpProbe;
  obs::AuthProbe authProbe;
  Tracing tracing;  // after the probes, whose texts its traces refer to
  ErrorTracking errorTracking;
};

}  // namespace sw::app
