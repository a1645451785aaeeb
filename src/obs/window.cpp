#include "obs/window.h"

#include <algorithm>
#include <utility>

#include "obs/metrics.h"

namespace sw::obs {
namespace {

bool startsWithPath(std::string_view endpoint, std::string_view path) {
  return endpoint.starts_with(path) &&
         (endpoint.size() == path.size() || endpoint[path.size()] == '/');
}

/// Takes out of a scrape what a snapshot has, family by family.
class SnapshotSink final : public MetricSink {
 public:
  SnapshotSink(const MetricCatalog& catalog, MetricSnapshot& snapshot)
      : catalog_(catalog), snapshot_(snapshot) {}

  void family(const FamilyInfo& family) override { kind_ = kindOf(family.name); }

  void counter(const SeriesView& series, std::uint64_t value) override {
    switch (kind_) {
      case Kind::kRequests: request(series, value); break;
      case Kind::kErrors:
        if (series.labelValues[0] == "critical") snapshot_.criticalErrors += value;
        break;
      case Kind::kDropped:
        if (series.labelValues[1] != "sampled") snapshot_.telemetryLost += value;
        break;
      case Kind::kSyncs:
        if (series.labelValues[2] == "skipped") break;
        snapshot_.syncs += value;
        if (series.labelValues[2] == "failed") snapshot_.syncsFailed += value;
        break;
      case Kind::kWebhooks:
        if (series.labelValues[0] == "dead") snapshot_.webhooksParked += value;
        break;
      case Kind::kCalls:
        if (!series.labelValues[0].starts_with("caldav.")) snapshot_.googleCalls += value;
        break;
      default: break;
    }
  }

  void number(const SeriesView& series, double value) override {
    if (auto* single = singleGauge()) {
      *single = value;
    } else if (auto* list = labelledGauge()) {
      list->push_back({series.labelValues[0], value});
    } else if (kind_ == Kind::kQuota && series.labelValues[0] == "minute_project") {
      snapshot_.quotaMinuteProject = value;
    }
  }

  void histogram(const SeriesView& series, const HistogramView& value) override {
    if (kind_ == Kind::kReminderDelay) reminders(value);
    if (kind_ != Kind::kLatency || isOperational(series.labelValues[1])) return;
    const std::size_t count = std::min(value.counts.size(), snapshot_.latency.size());
    for (std::size_t i = 0; i < count; ++i) snapshot_.latency[i] += value.counts[i];
  }

 private:
  enum class Kind {
    kOther,
    kRequests,
    kLatency,
    kErrors,
    kDropped,
    kSyncs,
    kCalls,
    kWebhooks,
    kResident,
    kWorkingSet,
    kMemoryLimit,
    kOpenFds,
    kMaxFds,
    kOutboxPending,
    kOutboxAge,
    kQuota,
    kUp,
    kLastCheck,
    kStalled,
    kPoolActive,
    kPoolMax,
    kPoolWaiting,
    kJobsDead,
    kJobsOverdueAge,
    kReminderDelay,
  };

  [[nodiscard]] Kind kindOf(std::string_view name) const {
    const std::pair<std::string_view, Kind> known[] = {
        {catalog_.apiRequests.info().name, Kind::kRequests},
        {catalog_.apiRequestDuration.info().name, Kind::kLatency},
        {catalog_.errors.info().name, Kind::kErrors},
        {catalog_.telemetryDropped.info().name, Kind::kDropped},
        {catalog_.calendarSync.info().name, Kind::kSyncs},
        {catalog_.calendarApiCalls.info().name, Kind::kCalls},
        {catalog_.webhookDeliveries.info().name, Kind::kWebhooks},
        {catalog_.processResidentMemory.info().name, Kind::kResident},
        {catalog_.memoryWorkingSet.info().name, Kind::kWorkingSet},
        {catalog_.memoryLimit.info().name, Kind::kMemoryLimit},
        {catalog_.processOpenFds.info().name, Kind::kOpenFds},
        {catalog_.processMaxFds.info().name, Kind::kMaxFds},
        {catalog_.outboxPending.info().name, Kind::kOutboxPending},
        {catalog_.outboxOldestAge.info().name, Kind::kOutboxAge},
        {catalog_.calendarApiQuotaLimit.info().name, Kind::kQuota},
        {catalog_.dependencyUp.info().name, Kind::kUp},
        {catalog_.dependencyLastCheck.info().name, Kind::kLastCheck},
        {catalog_.eventLoopStalled.info().name, Kind::kStalled},
        {catalog_.dbConnectionsActive.info().name, Kind::kPoolActive},
        {catalog_.dbConnectionsMax.info().name, Kind::kPoolMax},
        {catalog_.dbConnectionsWaiting.info().name, Kind::kPoolWaiting},
        {catalog_.jobsDead.info().name, Kind::kJobsDead},
        {catalog_.jobsOldestOverdue.info().name, Kind::kJobsOverdueAge},
        {catalog_.habitReminderDelay.info().name, Kind::kReminderDelay},
    };
    for (const auto& [family, kind] : known) {
      if (family == name) return kind;
    }
    return Kind::kOther;
  }
  [[nodiscard]] std::optional<double>* singleGauge() const {
    switch (kind_) {
      case Kind::kResident: return &snapshot_.residentBytes;
      case Kind::kWorkingSet: return &snapshot_.workingSetBytes;
      case Kind::kMemoryLimit: return &snapshot_.memoryLimitBytes;
      case Kind::kOpenFds: return &snapshot_.openFds;
      case Kind::kMaxFds: return &snapshot_.maxFds;
      case Kind::kOutboxPending: return &snapshot_.outboxPending;
      case Kind::kOutboxAge: return &snapshot_.outboxOldestAge;
      default: return nullptr;
    }
  }
  [[nodiscard]] std::vector<LabelledNumber>* labelledGauge() const {
    switch (kind_) {
      case Kind::kUp: return &snapshot_.dependencyUp;
      case Kind::kLastCheck: return &snapshot_.dependencyLastCheck;
      case Kind::kStalled: return &snapshot_.loopStalled;
      case Kind::kPoolActive: return &snapshot_.poolActive;
      case Kind::kPoolMax: return &snapshot_.poolMax;
      case Kind::kPoolWaiting: return &snapshot_.poolWaiting;
      case Kind::kJobsDead: return &snapshot_.jobsDead;
      case Kind::kJobsOverdueAge: return &snapshot_.jobsOverdueAge;
      default: return nullptr;
    }
  }
  void reminders(const HistogramView& delays) {
    for (std::size_t i = 0; i < delays.counts.size(); ++i) {
      const bool late =
          i >= delays.bounds.size() || delays.bounds[i] > MetricSnapshot::kLateReminderSeconds;
      snapshot_.remindersTold += delays.counts[i];
      if (late) snapshot_.remindersLate += delays.counts[i];
    }
  }
  void request(const SeriesView& series, std::uint64_t value) {
    const std::string_view endpoint = series.labelValues[1];
    if (value == 0 || isOperational(endpoint)) return;
    const std::uint64_t errors = series.labelValues[2].starts_with('5') ? value : 0;
    snapshot_.requests += value;
    snapshot_.serverErrors += errors;
    auto& endpoints = snapshot_.endpoints;
    const auto known = std::ranges::find_if(endpoints, [&](const EndpointCount& count) {
      return count.method == series.labelValues[0] && count.endpoint == endpoint;
    });
    EndpointCount& count =
        known != endpoints.end()
            ? *known
            : endpoints.emplace_back(EndpointCount{series.labelValues[0], endpoint});
    count.all += value;
    count.errors += errors;
  }

  const MetricCatalog& catalog_;
  MetricSnapshot& snapshot_;
  Kind kind_ = Kind::kOther;
};

}  // namespace

bool isOperational(std::string_view endpoint) {
  return startsWithPath(endpoint, "/health") || startsWithPath(endpoint, "/metrics") ||
         startsWithPath(endpoint, "/operations") || startsWithPath(endpoint, "/debug");
}

MetricSnapshot takeSnapshot(MetricCatalog& catalog) {
  MetricSnapshot snapshot;
  SnapshotSink sink(catalog, snapshot);
  catalog.metrics().collect(sink);
  snapshot.at = catalog.metrics().clock().monotonic();
  return snapshot;
}

MetricWindow::MetricWindow(std::chrono::nanoseconds longest, base::Monotonic begin)
    : longest_(longest) {
  MetricSnapshot first;
  first.at = begin;
  ring_.push_back(std::move(first));
}

void MetricWindow::add(MetricSnapshot snapshot) {
  ring_.push_back(std::move(snapshot));
  // The second must stay younger than the window, so that one as old as it remains.
  while (ring_.size() > 2 && ring_.back().at - ring_[1].at >= longest_) ring_.pop_front();
}

const MetricSnapshot& MetricWindow::before(std::chrono::nanoseconds window) const {
  const base::Monotonic horizon = ring_.back().at - window;
  const auto newer = std::ranges::find_if(
      ring_, [horizon](const MetricSnapshot& snapshot) { return snapshot.at > horizon; });
  return newer == ring_.begin() ? ring_.front() : *std::prev(newer);
}

}  // namespace sw::obs
