#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace sw::obs {

/// Every alert there is about this service, in the order of the table.
enum class AlertId : std::uint8_t {
  kDatabaseDown,
  kHighErrorRate,
  kCalendarSyncFailed,
  kHighLatency,
  kHighMemoryUsage,
  kRestarted,
  kWatchdog,
  kDown,
  kAbsent,
  kMetricsMissing,
  kDependencyDown,
  kDependencyCheckStale,
  kCrashLooping,
  kCriticalErrors,
  kEventLoopBlocked,
  kTelemetryDropped,
  kFileDescriptorsHigh,
  kDatabasePoolSaturated,
  kEndpointErrors,
  kCalendarSyncStalled,
  kGoogleQuotaNearLimit,
  kKafkaConsumerLag,
  kKafkaConsumerStuck,
  kOutboxBacklog,
  kMlFeatureDrift,
  kMlConfidenceDrop,
  kAnomaly,
  kErrorBudgetBurnFast,
  kErrorBudgetBurnSlow,
  kErrorBudgetLow,
  kErrorBudgetExhausted,
  kDrillOverdue,
  kWebhooksParked,
  kJobsDead,
  kJobsOverdue,
  kRemindersLate,
};

enum class AlertSeverity : std::uint8_t { kNone, kInfo, kWarning, kCritical };
/// "none", "info", "warning", "critical".
std::string_view toString(AlertSeverity severity);

/// Whom an alert is about, which decides what makes two of them the same.
enum class AlertScope : std::uint8_t {
  kService,   // all copies together: whichever copy sees it first tells it
  kInstance,  // one copy: its name is one of the labels
};

/// Who can know whether an alert holds.
enum class AlertWatcher : std::uint8_t {
  kBoth,        // this process, and Prometheus
  kPrometheus,  // needs the view from outside, or weeks of history
};

/// What an alert is, for the engine inside the process and for Prometheus' rules alike. Texts in
/// static storage.
struct AlertInfo {
  AlertId id;
  std::string_view name;
  AlertSeverity severity;
  std::chrono::seconds holdFor;  // how long the condition holds before the alert fires (`for`)
  std::string_view summary;
  std::string_view condition;  // in words: when it fires
  std::string_view runbook;    // path in the repository
  AlertScope scope = AlertScope::kService;
  AlertWatcher watcher = AlertWatcher::kPrometheus;
  /// How far back the process looks; zero where it looks at the present alone.
  std::chrono::seconds window{0};
  /// Whether its end is worth a message.
  bool tellsEnd = true;
};

/// All alerts, by `AlertId`.
std::span<const AlertInfo> alertTable();
const AlertInfo& describe(AlertId id);
/// The alert of that name, or null.
const AlertInfo* findAlert(std::string_view name);

}  // namespace sw::obs
