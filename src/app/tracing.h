#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/secrets.h"
#include "base/clock.h"
#include "base/config.h"
#include "obs/flight_recorder.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/redact.h"
#include "obs/span_queue.h"
#include "obs/trace.h"
#include "obs/trace_mask.h"

namespace sw::app {

/// Everything that records traces and sends them: recorder, flight recorder, queue and exporter,
/// as the configuration has them. Part of the telemetry; thread-safe.
class Tracing {
 public:
  /// The parts must outlive it.
  struct Parts {
    obs::Log& log;
    obs::MetricCatalog& catalog;
    const obs::Redactor& redactor;
  };
  Tracing(const base::Config& config, Parts parts, const base::Clock& clock);
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;
  /// As `stop` without patience.
  ~Tracing();

  /// Null when tracing is switched off (OTEL_SDK_DISABLED).
  [[nodiscard]] obs::Tracer* tracer() { return tracer_.get(); }
  /// Lets users' hashes be the same in all copies; before requests are served.
  void useSecrets(const Secrets& secrets);
  /// What takes secrets out of whatever leaves the process.
  [[nodiscard]] const obs::TraceMask& mask() const { return mask_; }
  /// What /debug/requests shows: JSON.
  [[nodiscard]] std::string requests() const;
  /// Sends what waits, for `patience` at most; what ends later is not sent. Blocks.
  void stop(std::chrono::milliseconds patience);

 private:
  obs::TraceMask mask_;
  std::unique_ptr<obs::FlightRecorder> recorder_;
  std::unique_ptr<obs::SpanQueue> queue_;  // null: nothing leaves the process
  std::unique_ptr<obs::Tracer> tracer_;
};

}  // namespace sw::app
