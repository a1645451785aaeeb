#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/job.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// Where jobs wait. A job belongs to whoever holds its lease; when the lease ends without a word
/// (the process died), the job is due again. Thread-safe; several copies of the program share it.
class JobStore {
 public:
  JobStore() = default;
  JobStore(const JobStore&) = delete;
  JobStore& operator=(const JobStore&) = delete;
  virtual ~JobStore() = default;

  /// Adds a job, or replaces the waiting one of the same kind and key: its due time, payload,
  /// priority and actor are the new ones, its attempts begin again, and whoever runs the old one
  /// can no longer finish it (`finish` fails with `kConflict`). A dead job of that key is replaced
  /// too.
  virtual void put(UnitOfWork& unit, const Job& job) = 0;
  /// Removes the waiting or dead job of that kind and key; nothing happens when there is none.
  virtual void cancel(UnitOfWork& unit, std::string_view kind, std::string_view key) = 0;

  /// A kind whose handler has room.
  struct Wanted {
    std::string kind;
    int limit = 0;         // at most so many of it
    bool ordered = false;  // see `JobPolicy::ordered`
  };
  struct Claim {
    std::vector<Wanted> wanted;
    std::string holder;  // the copy of the program, for people
    base::Instant now{};
    std::chrono::milliseconds lease{};
    int limit = 0;  // of all kinds together
  };
  /// Takes at most `limit` due jobs under lease, first by `urgency`, then by due time; their
  /// `attempts` and `fence` have grown. Durable before it answers. The cost does not grow with
  /// jobs that are not due. No two copies of the program take the same job. `kUnavailable` as a
  /// commit.
  virtual base::Task<base::Result<std::vector<Job>>> claim(const Claim& claim) = 0;
  /// Makes the lease of jobs that still run longer; answers those whose lease was already lost.
  virtual base::Task<base::Result<std::vector<base::Uuid>>> renew(const std::vector<Job>& jobs,
                                                                  base::Instant until) = 0;

  /// Removes a job that is done, together with what its handler wrote. The unit fails with
  /// `kConflict` when the lease was lost or the job replaced (`job.fence`).
  virtual void finish(UnitOfWork& unit, const Job& job) = 0;
  /// Puts a job back until `due` after a failed attempt. Guarded as `finish`.
  virtual void retry(UnitOfWork& unit, const Job& job, base::Instant due,
                     const std::string& error) = 0;
  /// Gives a job back that was not tried to its end: due at `due`, and this attempt does not count.
  /// Guarded as `finish`.
  virtual void release(UnitOfWork& unit, const Job& job, base::Instant due) = 0;
  /// Moves a job that failed for good to the dead letters. Guarded as `finish`.
  virtual void bury(UnitOfWork& unit, const Job& job, const std::string& error,
                    base::Instant now) = 0;

  /// When the next job of these kinds can be claimed (a lease or a wait before another attempt
  /// counts), or nothing when none waits.
  virtual base::Task<base::Result<std::optional<base::Instant>>> nextDue(
      const std::vector<std::string>& kinds) = 0;
  /// The waiting or dead job of that kind and key, or nothing.
  struct Found {
    Job job;
    JobState state = JobState::kWaiting;
    base::Instant next{};  // when it may be claimed: its due time, a later attempt, a lease's end
    std::string holder;    // of its lease; empty for none
  };
  virtual base::Task<base::Result<std::optional<Found>>> find(std::string_view kind,
                                                              std::string_view key) = 0;

  /// At most `limit` dead jobs, newest id first, from below `before` (nil: from the newest).
  virtual base::Task<base::Result<std::vector<Job>>> dead(base::Uuid before, int limit) = 0;
  /// Makes a dead job wait again, due at `now` with no attempts. The unit fails with `kNotFound`
  /// when it is not dead.
  virtual void revive(UnitOfWork& unit, base::Uuid id, base::Instant now) = 0;
  /// Drops a dead job. The unit fails with `kNotFound` when it is not dead.
  virtual void drop(UnitOfWork& unit, base::Uuid id) = 0;

  /// What there is of one kind, for gauges.
  struct Census {
    std::string kind;
    std::int64_t waiting = 0;  // due or not, under lease or not
    std::int64_t overdue = 0;  // could be claimed before the instant asked for, and are not
    std::int64_t dead = 0;
    std::optional<base::Instant> oldestDue;  // since when the oldest of the overdue could be
  };
  virtual base::Task<base::Result<std::vector<Census>>> census(base::Instant now) = 0;

  /// Who is told, on the thread that committed, that jobs were put: the earliest of their due
  /// times. One at most; empty for nobody. It must be fast, and stay until it has been replaced
  /// and every commit that was on its way has ended.
  virtual void tellOfPuts(std::function<void(base::Instant earliest)> listener) = 0;
};

}  // namespace sw::jobs
