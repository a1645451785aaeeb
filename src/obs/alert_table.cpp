#include "obs/alert_table.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using Severity = AlertSeverity;
using Scope = AlertScope;
using Watcher = AlertWatcher;

#define SW_RUNBOOK(name) "docs/runbooks/" name ".md"

// Names, times, severities and summaries of the first six are the customer's, word for word.
constexpr std::array kTable = {
    AlertInfo{AlertId::kDatabaseDown, "SchedulingWorkerDatabaseDown", Severity::kCritical, 5min,
              "Scheduling Worker database connection lost",
              "the last probe of the database failed, for 5 minutes",
              SW_RUNBOOK("database-connection-issues"), Scope::kService, Watcher::kBoth},
    AlertInfo{AlertId::kHighErrorRate, "SchedulingWorkerHighErrorRate", Severity::kCritical, 5min,
              "High error rate detected",
              "the share of answers with status 5xx over 5 minutes is too large, with at least 3",
              SW_RUNBOOK("high-error-rate"), Scope::kService, Watcher::kBoth, 5min},
    AlertInfo{AlertId::kCalendarSyncFailed, "SchedulingWorkerCalendarSyncFailed",
              Severity::kWarning, 5min, "Calendar sync failures increasing",
              "more than 5 % of the syncs of 10 minutes failed, and more than 5 of them",
              SW_RUNBOOK("google-calendar-api-issues"), Scope::kService, Watcher::kBoth, 10min},
    AlertInfo{AlertId::kHighLatency, "SchedulingWorkerHighLatency", Severity::kWarning, 5min,
              "API latency above threshold",
              "more than 5 % of the requests of 5 minutes are slower than the limit, at least 3",
              SW_RUNBOOK("high-latency"), Scope::kService, Watcher::kBoth, 5min},
    AlertInfo{AlertId::kHighMemoryUsage, "SchedulingWorkerHighMemoryUsage", Severity::kWarning,
              5min, "High memory usage detected",
              "resident memory is above 80 % of the effective limit",
              SW_RUNBOOK("high-memory-usage"), Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kRestarted, "SchedulingWorkerRestarted", Severity::kInfo, 0s,
              "Scheduling Worker restarted",
              "the process began less than 300 seconds ago, and there was one before",
              SW_RUNBOOK("service-restarted"), Scope::kInstance, Watcher::kBoth, 0s, false},

    AlertInfo{AlertId::kWatchdog, "Watchdog", Severity::kNone, 0s, "The alerting pipeline is alive",
              "always; its absence is the alarm", SW_RUNBOOK("watchdog")},
    AlertInfo{AlertId::kDown, "SchedulingWorkerDown", Severity::kCritical, 2min,
              "Scheduling Worker cannot be scraped", "a copy does not answer Prometheus",
              SW_RUNBOOK("service-down"), Scope::kInstance},
    AlertInfo{AlertId::kAbsent, "SchedulingWorkerAbsent", Severity::kCritical, 5min,
              "Scheduling Worker is not there at all", "Prometheus knows of no copy",
              SW_RUNBOOK("service-down")},
    AlertInfo{AlertId::kMetricsMissing, "SchedulingWorkerMetricsMissing", Severity::kWarning, 10min,
              "A metric of the contract is missing",
              "a copy is up, but does not show a metric that it must show",
              SW_RUNBOOK("metrics-missing"), Scope::kInstance},
    AlertInfo{AlertId::kDependencyDown, "SchedulingWorkerDependencyDown", Severity::kWarning, 10min,
              "A dependency does not work", "the last probe of another dependency failed",
              SW_RUNBOOK("dependency-down"), Scope::kService, Watcher::kBoth},
    AlertInfo{AlertId::kDependencyCheckStale, "SchedulingWorkerDependencyCheckStale",
              Severity::kWarning, 2min, "A dependency is not being checked",
              "the last probe of a dependency is more than 120 seconds old",
              SW_RUNBOOK("dependency-down"), Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kCrashLooping, "SchedulingWorkerCrashLooping", Severity::kCritical, 0s,
              "Scheduling Worker starts again and again",
              "one copy started 3 times or more within 30 minutes", SW_RUNBOOK("service-restarted"),
              Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kCriticalErrors, "SchedulingWorkerCriticalErrors", Severity::kCritical, 0s,
              "Critical errors occurred", "an error of class critical within 5 minutes",
              SW_RUNBOOK("critical-errors"), Scope::kService, Watcher::kBoth, 5min},
    AlertInfo{AlertId::kEventLoopBlocked, "SchedulingWorkerEventLoopBlocked", Severity::kCritical,
              1min, "An event loop is blocked", "a loop gave no sign of life for over 5 seconds",
              SW_RUNBOOK("event-loop-blocked"), Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kTelemetryDropped, "SchedulingWorkerTelemetryDropped", Severity::kInfo,
              15min, "Telemetry is being lost",
              "log records, spans, error reports or alerts were lost within 15 minutes",
              SW_RUNBOOK("telemetry-dropped"), Scope::kInstance, Watcher::kBoth, 15min},
    AlertInfo{AlertId::kFileDescriptorsHigh, "SchedulingWorkerFileDescriptorsHigh",
              Severity::kWarning, 10min, "File descriptors run out",
              "more than 80 % of the file descriptors are open", SW_RUNBOOK("file-descriptors"),
              Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kDatabasePoolSaturated, "SchedulingWorkerDatabasePoolSaturated",
              Severity::kWarning, 5min, "The database connection pool is used up",
              "more than 90 % of a pool's connections are in use",
              SW_RUNBOOK("database-connection-issues"), Scope::kInstance, Watcher::kBoth},
    AlertInfo{AlertId::kEndpointErrors, "SchedulingWorkerEndpointErrors", Severity::kWarning, 10min,
              "One endpoint fails",
              "more than 25 % of one endpoint's answers over 10 minutes are errors, at least 5",
              SW_RUNBOOK("high-error-rate"), Scope::kService, Watcher::kBoth, 10min},
    AlertInfo{AlertId::kCalendarSyncStalled, "SchedulingWorkerCalendarSyncStalled",
              Severity::kCritical, 5min, "Calendar sync stands still",
              "calendars are connected and no sync ran in 30 minutes",
              SW_RUNBOOK("google-calendar-api-issues")},
    AlertInfo{AlertId::kGoogleQuotaNearLimit, "SchedulingWorkerGoogleQuotaNearLimit",
              Severity::kWarning, 5min, "The Google Calendar quota is nearly used up",
              "calls of a minute are above 80 % of the project's quota",
              SW_RUNBOOK("google-calendar-api-issues"), Scope::kService, Watcher::kBoth, 1min},
    AlertInfo{AlertId::kKafkaConsumerLag, "SchedulingWorkerKafkaConsumerLag", Severity::kWarning,
              5min, "The Kafka consumer is behind", "the oldest message is over 300 seconds old",
              SW_RUNBOOK("kafka-consumer")},
    AlertInfo{AlertId::kKafkaConsumerStuck, "SchedulingWorkerKafkaConsumerStuck",
              Severity::kCritical, 10min, "The Kafka consumer stands still",
              "messages wait and none was consumed in 10 minutes", SW_RUNBOOK("kafka-consumer")},
    AlertInfo{AlertId::kOutboxBacklog, "SchedulingWorkerOutboxBacklog", Severity::kWarning, 5min,
              "Changes are not being published",
              "the oldest outbox row is over 300 seconds old, or over 1000 wait and they grow",
              SW_RUNBOOK("outbox-backlog"), Scope::kService, Watcher::kBoth, 5min},
    AlertInfo{AlertId::kMlFeatureDrift, "SchedulingWorkerMLFeatureDrift", Severity::kWarning, 1h,
              "The model's input has drifted", "the stability index of a feature is over 0.25",
              SW_RUNBOOK("model-quality")},
    AlertInfo{AlertId::kMlConfidenceDrop, "SchedulingWorkerMLConfidenceDrop", Severity::kWarning,
              1h, "The model has become unsure",
              "mean confidence is under 80 % of last week's, with at least 50 recommendations",
              SW_RUNBOOK("model-quality")},
    AlertInfo{AlertId::kAnomaly, "SchedulingWorkerAnomaly", Severity::kWarning, 15min,
              "Traffic, errors or latency are unusual",
              "three deviations from the same hour of the weeks before, and 10 % away",
              SW_RUNBOOK("anomaly")},
    AlertInfo{AlertId::kErrorBudgetBurnFast, "SchedulingWorkerErrorBudgetBurnFast",
              Severity::kCritical, 2min, "The error budget burns fast",
              "14.4 times over 1 h and 5 m, or 6 times over 6 h and 30 m, at least 5 bad events",
              SW_RUNBOOK("error-budget")},
    AlertInfo{AlertId::kErrorBudgetBurnSlow, "SchedulingWorkerErrorBudgetBurnSlow",
              Severity::kWarning, 15min, "The error budget burns slowly",
              "3 times over 1 d and 2 h, or once over 3 d and 6 h, at least 10 bad events",
              SW_RUNBOOK("error-budget")},
    AlertInfo{AlertId::kErrorBudgetLow, "SchedulingWorkerErrorBudgetLow", Severity::kInfo, 15min,
              "Little of the error budget is left", "less than 25 % is left",
              SW_RUNBOOK("error-budget")},
    AlertInfo{AlertId::kErrorBudgetExhausted, "SchedulingWorkerErrorBudgetExhausted",
              Severity::kWarning, 15min, "The error budget is used up", "nothing is left",
              SW_RUNBOOK("error-budget")},
    AlertInfo{AlertId::kDrillOverdue, "SchedulingWorkerDrillOverdue", Severity::kInfo, 1h,
              "The alert channels have not been tried for long",
              "no alert drill was recorded in 30 days", SW_RUNBOOK("alert-drill"), Scope::kService,
              Watcher::kBoth},
    AlertInfo{AlertId::kWebhooksParked, "SchedulingWorkerWebhooksParked", Severity::kWarning, 5min,
              "Webhooks do not get through",
              "more than 10 deliveries of 15 minutes were given up after their last attempt",
              SW_RUNBOOK("webhook-deliveries"), Scope::kService, Watcher::kBoth, 15min},
    AlertInfo{AlertId::kJobsDead, "SchedulingWorkerJobsDead", Severity::kWarning, 5min,
              "Jobs have failed for good",
              "dead jobs of a kind wait for somebody to run them again or to drop them",
              SW_RUNBOOK("jobs-dead-letter"), Scope::kService, Watcher::kBoth},
    AlertInfo{AlertId::kJobsOverdue, "SchedulingWorkerJobsOverdue", Severity::kWarning, 5min,
              "Jobs are not being done",
              "the oldest job of a kind has been due for over 300 seconds and nobody does it",
              SW_RUNBOOK("jobs-overdue"), Scope::kService, Watcher::kBoth},
    AlertInfo{AlertId::kRemindersLate, "SchedulingWorkerRemindersLate", Severity::kWarning, 5min,
              "Reminders come late",
              "more than 0.5 % of the habit reminders of 15 minutes came over 60 seconds late, "
              "at least 3",
              SW_RUNBOOK("reminders-late"), Scope::kService, Watcher::kBoth, 15min},
};
#undef SW_RUNBOOK

static_assert([] {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].id) != i) return false;
  }
  return true;
}());

}  // namespace

std::string_view toString(AlertSeverity severity) {
  switch (severity) {
    case AlertSeverity::kNone: return "none";
    case AlertSeverity::kInfo: return "info";
    case AlertSeverity::kWarning: return "warning";
    case AlertSeverity::kCritical: return "critical";
  }
  return "none";
}

std::span<const AlertInfo> alertTable() { return kTable; }

const AlertInfo& describe(AlertId id) { return kTable[static_cast<std::size_t>(id)]; }

const AlertInfo* findAlert(std::string_view name) {
  const auto* const found = std::ranges::find(kTable, name, &AlertInfo::name);
  return found == kTable.end() ? nullptr : found;
}

}  // namespace sw::obs
