#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "adapters/sentry/sentry_sink.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "obs/error_reporter.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/trace_mask.h"

namespace sw::app {

/// Error tracking as the configuration has it: the sink behind the error reporter where there is a
/// SENTRY_DSN, and the crash reports of this process and those before it. Owned by the composition
/// root, beside the telemetry that it serves; thread-safe.
class ErrorTracking {
 public:
  /// The parts must outlive it.
  struct Parts {
    obs::ErrorReporter& errors;
    obs::MetricCatalog& catalog;
    obs::Log& log;
    const obs::TraceMask& mask;
  };
  /// SENTRY_DSN has been checked (see `checkSentryDsn`); where it is none, nothing is sent.
  ErrorTracking(const base::Config& config, Parts parts, const base::Clock& clock);
  ErrorTracking(const ErrorTracking&) = delete;
  ErrorTracking& operator=(const ErrorTracking&) = delete;
  /// As `stop` without patience.
  ~ErrorTracking();

  /// Reports the crashes of processes before this one from `folder`, and lets a crash of this one
  /// leave a report there. A report is removed when a receiver has accepted it, else kept for the
  /// next start; at most `obs::kMaxCrashReports` are. A folder that cannot be used is a warning.
  void watchForCrashes(const std::filesystem::path& folder);

  /// Sends what waits, for `patience` at most. Blocks. Safe to call twice.
  void stop(std::chrono::milliseconds patience);

 private:
  obs::ErrorReporter& errors_;
  obs::Log& log_;
  std::unique_ptr<adapters::sentry::SentrySink> sink_;  // null: no DSN
};

/// `kConfiguration` with what is expected, unless `dsn` is empty or can be used.
base::Result<void> checkSentryDsn(const std::string& dsn);

}  // namespace sw::app
