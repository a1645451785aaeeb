#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// Answers of one method of one endpoint, since the process began.
struct EndpointCount {
  std::string_view method;  // of the catalogue's memory, like the next
  std::string_view endpoint;
  std::uint64_t all = 0;
  std::uint64_t errors = 0;  // 5xx

  friend bool operator==(const EndpointCount&, const EndpointCount&) = default;
};

/// One gauge of a family with one label.
struct LabelledNumber {
  std::string_view label;
  double value = 0;
};

/// What the alert rules look at, read from the metric cells at one moment. Counts are totals since
/// the process began. Requests for health, metrics, operations and debug pages are in none of them.
struct MetricSnapshot {
  static constexpr double kLateReminderSeconds = 60;
  static constexpr std::size_t kLatencyBuckets = buckets::kRequestSeconds.size() + 1;

  base::Monotonic at{};

  std::uint64_t requests = 0;
  std::uint64_t serverErrors = 0;
  std::array<std::uint64_t, kLatencyBuckets> latency{};  // by bucket, not cumulated
  std::vector<EndpointCount> endpoints{};
  std::uint64_t criticalErrors = 0;
  std::uint64_t telemetryLost = 0;  // what was left out on purpose (sampled) is not lost
  std::uint64_t syncs = 0;          // that ran: success or failed
  std::uint64_t syncsFailed = 0;
  std::uint64_t googleCalls = 0;
  std::uint64_t webhooksParked = 0;
  std::uint64_t remindersTold = 0;  // of habits
  std::uint64_t remindersLate =
      0;  // those of them told over `kLateReminderSeconds` after their time

  // Gauges: nothing where the family has no such series.
  std::optional<double> residentBytes{};
  std::optional<double> workingSetBytes{};
  std::optional<double> memoryLimitBytes{};
  std::optional<double> openFds{};
  std::optional<double> maxFds{};
  std::optional<double> outboxPending{};
  std::optional<double> outboxOldestAge{};
  std::optional<double> quotaMinuteProject{};
  std::vector<LabelledNumber> dependencyUp{};
  std::vector<LabelledNumber> dependencyLastCheck{};
  std::vector<LabelledNumber> loopStalled{};
  std::vector<LabelledNumber> poolActive{};
  std::vector<LabelledNumber> poolMax{};
  std::vector<LabelledNumber> poolWaiting{};
  std::vector<LabelledNumber> jobsDead{};        // by kind
  std::vector<LabelledNumber> jobsOverdueAge{};  // by kind, of the oldest
};

/// Whether requests for a route are kept out of every service level: health, metrics, operations
/// and debug pages.
bool isOperational(std::string_view endpoint);

/// Reads all of it now. Runs the collectors, as a scrape does, and blocks while one runs.
MetricSnapshot takeSnapshot(MetricCatalog& catalog);

/// The snapshots of the last while, for differences over a window. Of one thread.
class MetricWindow {
 public:
  /// Keeps as much as a window of `longest` needs. The first difference counts from `begin` on,
  /// when all counts were zero.
  MetricWindow(std::chrono::nanoseconds longest, base::Monotonic begin);

  void add(MetricSnapshot snapshot);
  /// The newest; there has to be one.
  [[nodiscard]] const MetricSnapshot& now() const { return ring_.back(); }
  /// What it was `window` ago: the newest snapshot that old, or the oldest there is.
  [[nodiscard]] const MetricSnapshot& before(std::chrono::nanoseconds window) const;

 private:
  const std::chrono::nanoseconds longest_;
  std::deque<MetricSnapshot> ring_;
};

}  // namespace sw::obs
