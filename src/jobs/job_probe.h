#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/context.h"
#include "base/error.h"
#include "jobs/job.h"
#include "jobs/job_store.h"
#include "obs/error_reporter.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/trace.h"

namespace sw::jobs {

/// What the scheduler tells of itself: metric, log, span and report together. One a process;
/// thread-safe.
class JobProbe {
 public:
  using Outcome = obs::label::JobOutcome::Value;

  struct Parts {
    obs::MetricCatalog& catalog;
    obs::Log& log;
    obs::ErrorReporter& errors;
    obs::Tracer* tracer = nullptr;  // null: no spans
    const base::Clock& clock;
  };
  explicit JobProbe(Parts parts);
  JobProbe(const JobProbe&) = delete;
  JobProbe& operator=(const JobProbe&) = delete;

  /// The series of one kind of jobs.
  struct Kind {
    std::string name;
    std::array<obs::CounterHandle, obs::label::JobOutcome::kValues.size()> executed{};
    obs::HistogramHandle duration{};
    obs::HistogramHandle delay{};
    obs::GaugeHandle running{};
    obs::GaugeHandle waiting{};
    obs::GaugeHandle overdue{};
    obs::GaugeHandle oldestOverdue{};
    obs::GaugeHandle dead{};
  };
  /// Made at the first call, with every series at 0. Valid as long as the probe.
  const Kind& kind(std::string_view name);

  /// An attempt that runs: its trace goes on from whatever the job follows from.
  struct Attempt {
    const Kind* kind = nullptr;
    base::Monotonic begun{};
    obs::ActiveTrace trace{};
    std::string operation{};  // of the span

    /// What the handler must run in (see `base::ContextScope`).
    [[nodiscard]] base::Context scope() const { return trace.scope(); }
  };
  Attempt attemptBegun(const Kind& kind, const Job& job) const;
  /// Its end is durable. `error` is why it failed, null where it did not.
  void attemptEnded(Attempt& attempt, const Job& job, Outcome outcome,
                    const base::Error* error) const;
  /// The time-out of an attempt has passed; what it still does counts for nothing.
  void attemptGivenUp(const Job& job) const;

  /// The store cannot be asked for jobs.
  void storeFailed(std::string_view doing, const base::Error& error) const;
  /// Work that runs on one copy of the cluster failed; it is done again at its next interval.
  void taskFailed(std::string_view name, const base::Error& error) const;
  /// How many there are of each kind. Kinds that are gone since the last time go to 0. Overdue
  /// jobs of a kind that has no handler are warned of once.
  void censusTaken(const std::vector<JobStore::Census>& census, base::Instant now);
  /// The scheduler has ended: `left` jobs were given back, `cut` handlers did not end.
  void stopped(std::size_t left, std::size_t cut) const;

 private:
  bool isKnown(std::string_view name);

  const Parts parts_;
  const obs::Logger logger_;
  std::mutex mutex_;  // guards the map; its entries stay as they are
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace sw::jobs
