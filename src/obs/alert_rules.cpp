#include "obs/alert_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace sw::obs {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kFewestErrors = 3;  // one failure at night alarms nobody
constexpr double kSlowShare = 0.05;         // what a 95th percentile leaves out
constexpr double kEndpointErrorShare = 0.25;
constexpr std::uint64_t kFewestEndpointErrors = 5;
constexpr double kSyncFailureShare = 0.05;
constexpr std::uint64_t kMostSyncFailures = 5;
constexpr auto kFreshStart = 300s;
constexpr int kCrashLoopStarts = 3;
constexpr double kStaleCheckSeconds = 120;
constexpr double kBlockedLoopSeconds = 5;
constexpr double kFdShare = 0.8;
constexpr double kPoolShare = 0.9;
constexpr double kQuotaShare = 0.8;
constexpr double kOutboxAgeSeconds = 300;
constexpr double kOutboxRows = 1000;
constexpr auto kDrillEvery = std::chrono::days(30);
constexpr std::uint64_t kMostParkedWebhooks = 10;
constexpr double kOverdueJobSeconds = 300;
constexpr double kLateReminderShare = 0.005;

std::string text(double number) {
  std::array<char, 32> digits{};
  const double rounded = std::round(number * 10) / 10;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), rounded).ptr};
}
std::string percent(double share) { return text(share * 100) + " %"; }
std::string mebibytes(double bytes) { return text(bytes / 1048576) + " MiB"; }

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Collects the conditions; one method a rule.
class Rules {
 public:
  Rules(const MetricWindow& window, const AlertThresholds& thresholds, const AlertFacts& facts)
      : window_(window), now_(window.now()), thresholds_(thresholds), facts_(facts) {}

  std::vector<AlertCondition> all() {
    dependencies();
    errorRate();
    endpointErrors();
    latency();
    memory();
    starts();
    calendarSync();
    googleQuota();
    criticalErrors();
    loops();
    telemetry();
    fileDescriptors();
    pools();
    outbox();
    drill();
    webhooks();
    jobs();
    reminders();
    return std::move(found_);
  }

 private:
  void add(AlertId id, double value, double threshold, std::string description,
           AlertLabels labels = {}) {
    if (describe(id).scope == AlertScope::kInstance) {
      labels.emplace_back("instance", facts_.instance);
    }
    found_.push_back({id, std::move(labels), value, threshold, std::move(description)});
  }
  const MetricSnapshot& before(AlertId id) const { return window_.before(describe(id).window); }

  void dependencies() {
    const double now = std::chrono::duration<double>(facts_.now.time_since_epoch()).count();
    for (const auto& [dependency, up] : now_.dependencyUp) {
      if (up != 0) continue;
      if (dependency == label::Dependency::kValues[label::Dependency::kDatabase]) {
        add(AlertId::kDatabaseDown, 0, 1, "The database did not answer its last probe.");
      } else {
        const std::string name(dependency);
        add(AlertId::kDependencyDown, 0, 1, name + " did not answer its last probe.",
            {{"dependency", name}});
      }
    }
    for (const auto& [dependency, checked] : now_.dependencyLastCheck) {
      const double age = now - checked;
      if (age <= kStaleCheckSeconds) continue;
      const std::string name(dependency);
      add(AlertId::kDependencyCheckStale, age, kStaleCheckSeconds,
          name + " was last probed " + text(age) + " seconds ago.", {{"dependency", name}});
    }
  }

  void errorRate() {
    const MetricSnapshot& then = before(AlertId::kHighErrorRate);
    const std::uint64_t errors = now_.serverErrors - then.serverErrors;
    const std::uint64_t all = now_.requests - then.requests;
    const double share = ratio(errors, all);
    if (errors < kFewestErrors || share <= thresholds_.errorRate) return;
    add(AlertId::kHighErrorRate, share, thresholds_.errorRate,
        std::to_string(errors) + " of " + std::to_string(all) + " requests of 5 minutes failed (" +
            percent(share) + ", limit " + percent(thresholds_.errorRate) + ").");
  }

  void endpointErrors() {
    const MetricSnapshot& then = before(AlertId::kEndpointErrors);
    for (const EndpointCount& count : now_.endpoints) {
      if (count.errors == 0) continue;
      const auto known = std::ranges::find_if(then.endpoints, [&](const EndpointCount& other) {
        return other.method == count.method && other.endpoint == count.endpoint;
      });
      const EndpointCount none;
      const EndpointCount& was = known == then.endpoints.end() ? none : *known;
      const std::uint64_t errors = count.errors - was.errors;
      const double share = ratio(errors, count.all - was.all);
      if (errors < kFewestEndpointErrors || share <= kEndpointErrorShare) continue;
      const std::string name = std::string(count.method) + ' ' + std::string(count.endpoint);
      add(AlertId::kEndpointErrors, share, kEndpointErrorShare,
          name + " failed " + std::to_string(errors) + " times in 10 minutes (" + percent(share) +
              " of its answers).",
          {{"endpoint", std::string(count.endpoint)}, {"method", std::string(count.method)}});
    }
  }

  void latency() {
    const MetricSnapshot& then = before(AlertId::kHighLatency);
    const double limit = std::chrono::duration<double>(thresholds_.latency95p).count();
    double slow = 0;
    std::uint64_t all = 0;
    double lower = 0;
    for (std::size_t i = 0; i < now_.latency.size(); ++i) {
      const std::uint64_t count = now_.latency[i] - then.latency[i];
      all += count;
      const bool last = i == buckets::kRequestSeconds.size();
      const double upper = last ? lower : buckets::kRequestSeconds[i];
      if (lower >= limit || last) {
        // What is beyond the last bound is slow for any limit: how slow is not known.
        slow += static_cast<double>(count);
      } else if (upper > limit) {
        // Within a bucket evenly spread, as Prometheus' histogram_quantile has it.
        slow += static_cast<double>(count) * (upper - limit) / (upper - lower);
      }
      lower = upper;
    }
    const double share = all == 0 ? 0 : slow / static_cast<double>(all);
    if (slow < static_cast<double>(kFewestErrors) || share <= kSlowShare) return;
    add(AlertId::kHighLatency, share, kSlowShare,
        percent(share) + " of " + std::to_string(all) + " requests of 5 minutes took longer than " +
            text(limit) + " s (limit " + percent(kSlowShare) + ").");
  }

  void memory() {
    const auto used = now_.residentBytes ? now_.residentBytes : now_.workingSetBytes;
    if (!used || !now_.memoryLimitBytes || *now_.memoryLimitBytes <= 0) return;
    const double share = *used / *now_.memoryLimitBytes;
    if (share <= thresholds_.memoryUsage) return;
    add(AlertId::kHighMemoryUsage, share, thresholds_.memoryUsage,
        mebibytes(*used) + " of " + mebibytes(*now_.memoryLimitBytes) + " are in use (" +
            percent(share) + ", limit " + percent(thresholds_.memoryUsage) + ").");
  }

  void starts() {
    const auto age = facts_.now - facts_.started;
    if (facts_.startedBefore && age >= 0s && age < kFreshStart) {
      add(AlertId::kRestarted, std::chrono::duration<double>(age).count(),
          std::chrono::duration<double>(kFreshStart).count(), "The process began anew.");
    }
    if (facts_.startsOfHalfHour >= kCrashLoopStarts) {
      add(AlertId::kCrashLooping, facts_.startsOfHalfHour, kCrashLoopStarts,
          "It started " + std::to_string(facts_.startsOfHalfHour) + " times within 30 minutes.");
    }
  }

  void calendarSync() {
    const MetricSnapshot& then = before(AlertId::kCalendarSyncFailed);
    const std::uint64_t failed = now_.syncsFailed - then.syncsFailed;
    const double share = ratio(failed, now_.syncs - then.syncs);
    if (failed <= kMostSyncFailures || share <= kSyncFailureShare) return;
    add(AlertId::kCalendarSyncFailed, share, kSyncFailureShare,
        std::to_string(failed) + " syncs of 10 minutes failed (" + percent(share) + ").");
  }

  void googleQuota() {
    const double limit = now_.quotaMinuteProject.value_or(0);
    if (limit <= 0) return;
    const auto calls =
        static_cast<double>(now_.googleCalls - before(AlertId::kGoogleQuotaNearLimit).googleCalls);
    if (calls <= limit * kQuotaShare) return;
    add(AlertId::kGoogleQuotaNearLimit, calls / limit, kQuotaShare,
        text(calls) + " calls within a minute, the quota is " + text(limit) + ".");
  }

  void criticalErrors() {
    const std::uint64_t errors =
        now_.criticalErrors - before(AlertId::kCriticalErrors).criticalErrors;
    if (errors == 0) return;
    add(AlertId::kCriticalErrors, static_cast<double>(errors), 0,
        std::to_string(errors) + " critical errors within 5 minutes.");
  }

  void loops() {
    for (const auto& [loop, seconds] : now_.loopStalled) {
      if (seconds <= kBlockedLoopSeconds) continue;
      const std::string name(loop);
      add(AlertId::kEventLoopBlocked, seconds, kBlockedLoopSeconds,
          "A loop of kind " + name + " has stood still for " + text(seconds) + " s.",
          {{"loop", name}});
    }
  }

  void telemetry() {
    const std::uint64_t lost =
        now_.telemetryLost - before(AlertId::kTelemetryDropped).telemetryLost;
    if (lost == 0) return;
    add(AlertId::kTelemetryDropped, static_cast<double>(lost), 0,
        std::to_string(lost) + " records were lost within 15 minutes.");
  }

  void fileDescriptors() {
    if (!now_.openFds || now_.maxFds.value_or(0) <= 0) return;
    const double share = *now_.openFds / *now_.maxFds;
    if (share <= kFdShare) return;
    add(AlertId::kFileDescriptorsHigh, share, kFdShare,
        text(*now_.openFds) + " of " + text(*now_.maxFds) + " file descriptors are open.");
  }

  static double numberOf(const std::vector<LabelledNumber>& gauges, std::string_view label) {
    const auto found = std::ranges::find(gauges, label, &LabelledNumber::label);
    return found == gauges.end() ? 0 : found->value;
  }
  void pools() {
    for (const auto& [pool, max] : now_.poolMax) {
      if (max <= 0) continue;
      const double active = numberOf(now_.poolActive, pool);
      const double waiting = numberOf(now_.poolWaiting, pool);
      // A pool of one is either idle or full: only a queue says that it is too small.
      if (active / max <= kPoolShare || (max < 2 && waiting <= 0)) continue;
      const std::string name(pool);
      add(AlertId::kDatabasePoolSaturated, active / max, kPoolShare,
          text(active) + " of " + text(max) + " connections of the pool " + name + " are in use, " +
              text(waiting) + " callers wait.",
          {{"pool", name}});
    }
  }

  void outbox() {
    const double age = now_.outboxOldestAge.value_or(0);
    const double pending = now_.outboxPending.value_or(0);
    const double was = before(AlertId::kOutboxBacklog).outboxPending.value_or(0);
    if (age > kOutboxAgeSeconds) {
      add(AlertId::kOutboxBacklog, age, kOutboxAgeSeconds,
          "The oldest row has waited for " + text(age) + " s, " + text(pending) + " wait.");
    } else if (pending > kOutboxRows && pending > was) {
      add(AlertId::kOutboxBacklog, pending, kOutboxRows,
          text(pending) + " rows wait, 5 minutes ago there were " + text(was) + ".");
    }
  }

  void webhooks() {
    const std::uint64_t parked =
        now_.webhooksParked - before(AlertId::kWebhooksParked).webhooksParked;
    if (parked <= kMostParkedWebhooks) return;
    add(AlertId::kWebhooksParked, static_cast<double>(parked), kMostParkedWebhooks,
        std::to_string(parked) + " deliveries of 15 minutes were given up.");
  }

  void jobs() {
    for (const auto& [kind, dead] : now_.jobsDead) {
      if (dead <= 0) continue;
      const std::string name(kind);
      add(AlertId::kJobsDead, dead, 0, text(dead) + " jobs of kind " + name + " failed for good.",
          {{"kind", name}});
    }
    for (const auto& [kind, age] : now_.jobsOverdueAge) {
      if (age <= kOverdueJobSeconds) continue;
      const std::string name(kind);
      add(AlertId::kJobsOverdue, age, kOverdueJobSeconds,
          "The oldest job of kind " + name + " has been due for " + text(age) + " s.",
          {{"kind", name}});
    }
  }

  void reminders() {
    const MetricSnapshot& then = before(AlertId::kRemindersLate);
    const std::uint64_t late = now_.remindersLate - then.remindersLate;
    const std::uint64_t all = now_.remindersTold - then.remindersTold;
    const double share = ratio(late, all);
    if (late < kFewestErrors || share <= kLateReminderShare) return;
    add(AlertId::kRemindersLate, share, kLateReminderShare,
        std::to_string(late) + " of " + std::to_string(all) + " habit reminders of 15 minutes (" +
            percent(share) + ") came over " + text(MetricSnapshot::kLateReminderSeconds) +
            " s late.");
  }

  void drill() {
    if (!facts_.hasChannels) return;
    const auto since = facts_.lastDrill ? facts_.lastDrill : facts_.firstStart;
    if (!since || facts_.now - *since <= kDrillEvery) return;
    const double days =
        std::chrono::duration<double, std::chrono::days::period>(facts_.now - *since).count();
    add(AlertId::kDrillOverdue, days, static_cast<double>(kDrillEvery.count()),
        facts_.lastDrill ? "The last drill was " + text(days) + " days ago."
                         : "There has been no drill yet.");
  }

  const MetricWindow& window_;
  const MetricSnapshot& now_;
  const AlertThresholds& thresholds_;
  const AlertFacts& facts_;
  std::vector<AlertCondition> found_;
};

}  // namespace

std::string fingerprintOf(AlertId id, const AlertLabels& labels) {
  std::string out(describe(id).name);
  out += '{';
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) out += ',';
    out += labels[i].first + "=\"" + labels[i].second + '"';
  }
  out += '}';
  return out;
}

std::vector<AlertCondition> evaluateAlerts(const MetricWindow& window,
                                           const AlertThresholds& thresholds,
                                           const AlertFacts& facts) {
  return Rules(window, thresholds, facts).all();
}

}  // namespace sw::obs
