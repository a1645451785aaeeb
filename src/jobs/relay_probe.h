#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/context.h"
#include "base/error.h"
#include "base/result.h"
#include "base/uuid.h"
#include "jobs/change_log.h"
#include "obs/error_reporter.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/trace.h"

namespace sw::jobs {

/// What the relay tells of itself: metrics, log records and spans. One a process. Subscribers are
/// added before anything is told; used on the relay's thread.
class RelayProbe {
 public:
  /// `tracer` may be null. All must outlive the probe.
  RelayProbe(obs::MetricCatalog& catalog, obs::Log& log, obs::ErrorReporter& errors,
             obs::Tracer* tracer, const base::Clock& clock);

  /// Makes the series of a subscriber, at 0. Its name lies in static storage.
  void addSubscriber(std::string_view name);

  /// What is left to tell, for the two gauges.
  void backlog(std::int64_t pending, std::chrono::nanoseconds oldestAge) const;

  /// A subscriber could not be told changes of a user, for the `times`-th time in a row.
  void failed(std::string_view subscriber, base::Uuid userId, int times, const base::Error& error);
  /// It could, after so many failures.
  void recovered(std::string_view subscriber, base::Uuid userId, int failures) const;
  /// Another copy of the program told the same changes first, or a guard of what the subscriber
  /// wrote no longer held.
  void overtaken(std::string_view subscriber, base::Uuid userId, const base::Error& error) const;
  /// So many changes were removed from the log before the subscriber was told of them.
  void lost(std::string_view subscriber, base::Uuid userId, std::int64_t changes) const;
  /// The relay's own work failed: looking for news, writing positions down.
  void upkeepFailed(std::string_view what, const base::Error& error) const;
  /// Everything that was left from before was found.
  void started(std::size_t subscribers, std::int64_t users) const;

  /// One batch being told: its span goes on in the trace of the request that made the first of the
  /// changes. Lives in the coroutine that tells it.
  class Batch {
   public:
    Batch(RelayProbe& probe, std::string_view subscriber, const std::vector<Change>& changes);
    void end(const base::Result<void>& outcome);

   private:
    RelayProbe& probe_;
    const std::string_view subscriber_;
    const std::vector<Change>& changes_;
    obs::ActiveTrace trace_;
    std::optional<base::ContextScope> scope_;
  };

 private:
  struct Series {
    std::string_view name;
    obs::CounterHandle relayed;
    obs::CounterHandle failures;
  };
  [[nodiscard]] const Series& of(std::string_view subscriber) const;

  obs::MetricCatalog& catalog_;
  obs::Logger logger_;
  obs::ErrorReporter& errors_;
  obs::Tracer* tracer_;
  const base::Clock& clock_;
  std::deque<Series> series_;
};

}  // namespace sw::jobs
