#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "jobs/job.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// How the scheduler treats the jobs of one kind.
struct JobPolicy {
  /// How many of the kind run at once in this process.
  int concurrency = 16;
  /// How long one attempt may take; the lease is renewed until then, and after it the job counts
  /// as failed and its holder can no longer finish it.
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  /// Attempts in all before a job is dead.
  int attempts = 8;
  /// The wait before the second attempt; doubles with each, with full jitter, up to `longestWait`.
  std::chrono::milliseconds firstWait{std::chrono::seconds(1)};
  std::chrono::milliseconds longestWait{std::chrono::minutes(10)};
  /// Whether the due jobs of one user run one after the other, by priority, then by due time: one
  /// that failed holds back those behind it until it has succeeded or is dead. Otherwise two jobs
  /// of one user may run at the same time, in any order.
  bool ordered = false;
};

/// Does the jobs of one kind. Registered with the scheduler before it starts and called from its
/// threads, for several jobs at once; must outlive it. May be called again for a job that it has
/// already done: whoever ran it died before the end was durable.
class JobHandler {
 public:
  JobHandler() = default;
  JobHandler(const JobHandler&) = delete;
  JobHandler& operator=(const JobHandler&) = delete;
  virtual ~JobHandler() = default;

  [[nodiscard]] virtual JobPolicy policy() const { return {}; }

  /// Does the job. What must become durable together with its end (the next job of a chain, a mark
  /// that it was done) is added to `unit`, which the scheduler commits with the job's removal;
  /// other units may be committed on the way. Must not block its thread.
  ///
  /// An error whose code is retryable (`base::describe`) is tried again by the policy, as is
  /// `kConflict`; every other one ends in the dead letters at once. A conflict of `unit` itself
  /// (a replaced job, a lost lease) writes nothing and is not counted as a failure.
  virtual base::Task<base::Result<void>> run(const Job& job, UnitOfWork& unit) = 0;

  /// Called in the unit that puts a job back for another attempt, for what the domain keeps of it.
  /// That unit fails, and nothing of it is written, when the lease was lost meanwhile.
  virtual void putBack(const Job& job, const base::Error& error, UnitOfWork& unit) {
    static_cast<void>(job), static_cast<void>(error), static_cast<void>(unit);
  }

  /// Called once in the unit that moves a job to the dead letters, for what the domain keeps of it
  /// (the status of a delivery).
  virtual void buried(const Job& job, const base::Error& error, UnitOfWork& unit) {
    static_cast<void>(job), static_cast<void>(error), static_cast<void>(unit);
  }
};

}  // namespace sw::jobs
