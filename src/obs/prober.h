#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "obs/error_reporter.h"
#include "obs/health.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

struct ProberOptions {
  std::chrono::nanoseconds interval = std::chrono::seconds(15);
  /// Equal outcomes in a row before the state follows; the very first outcome decides at once.
  int hysteresis = 3;
};

/// Probes the dependencies in turn, keeps their states in Health and their metrics, reports every
/// failure (a warning), loss (an error; of the database, critical) and recovery. Owned by the
/// composition root.
class Prober {
 public:
  /// Asks a dependency whether it works. Called on the prober's thread; may block, for a few
  /// seconds at most.
  using Probe = std::function<base::Result<void>()>;

  Prober(ProberOptions options, const base::Clock& clock, Health& health, MetricCatalog& catalog,
         ErrorReporter& errors, Redactor redactor = {});
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  ~Prober();

  /// Before `start`: `dependency` is configured and probed from now on.
  void add(label::Dependency::Value dependency, Probe probe);

  /// Runs every probe that is due by the clock, and `Health::tick`.
  void runDue();
  /// Runs what is due now on the calling thread, then about every second on an own thread.
  void start();
  /// Ends the thread; waits for a probe that runs. Safe to call twice.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
