#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/job_handler.h"
#include "jobs/job_probe.h"
#include "jobs/job_store.h"
#include "jobs/scheduler.h"

namespace sw::jobs {

/// Claims due jobs and runs their handlers on the loop of whoever calls it: what the scheduler
/// does, without its thread. Used by one thread.
class JobRunner {
 public:
  /// In [0, 1), for the jitter of waits.
  using Random = std::function<double()>;

  /// `ended` is told whenever an attempt has ended and made room.
  JobRunner(JobParts parts, SchedulerOptions options, Random random, std::function<void()> ended);
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;
  /// Handlers that still run must never be resumed after this.
  ~JobRunner();

  void add(std::string kind, JobHandler& handler);

  /// What one look came to.
  struct Turn {
    int begun = 0;
    base::Instant next{};  // when to look again, unless something ends or is put before
  };
  /// Gives up attempts past their time-out, renews leases, and with `claims` takes what is due and
  /// begins it. Fails as the store; what runs goes on.
  base::Task<base::Result<Turn>> turn(bool claims);
  /// Gives back what still runs; its handlers' ends count for nothing from here on. Answers how
  /// many were given back.
  base::Task<std::size_t> giveBack();

  /// Whether the end of an attempt is on its way to the store.
  [[nodiscard]] bool isSettling() const;
  /// Attempts that run, those given up among them.
  [[nodiscard]] int running() const { return running_.load(std::memory_order_relaxed); }

 private:
  struct Kind;
  struct Run;
  using Runs = std::list<Run>;
  using Outcome = JobProbe::Outcome;

  void giveUpLate(base::Monotonic now);
  base::Task<void> renewLeases(base::Instant now);
  base::Detached begin(Job job, Kind& kind);
  base::Detached giveUp(Runs::iterator run);
  base::Task<void> attempt(Run& run);
  base::Task<base::Result<void>> runHandler(Run& run);
  base::Task<Outcome> settle(const Job& job, const Kind& kind, base::Error error);
  base::Task<bool> isHeld(const Job& job);
  Kind& kindOf(const std::string& name);

  const JobParts parts_;
  const SchedulerOptions options_;
  const Random random_;
  const std::function<void()> ended_;
  std::vector<std::unique_ptr<Kind>> kinds_;
  Runs runs_;
  std::atomic<int> running_{0};
  base::Monotonic nextCheck_{};
};

}  // namespace sw::jobs
