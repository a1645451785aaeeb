#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/loop.h"
#include "jobs/job_handler.h"
#include "jobs/job_store.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

class ClusterTask;
class JobProbe;

struct SchedulerOptions {
  /// Names this copy of the program, for people.
  std::string holder = "local";
  /// How long a claimed job is this copy's without a word from it. Renewed at half of it.
  std::chrono::milliseconds lease{std::chrono::seconds(30)};
  /// The longest time without a look at the store, for jobs that another copy put.
  std::chrono::milliseconds poll{std::chrono::seconds(1)};
  /// Jobs of all kinds that run at once.
  int most = 512;
};

/// What the scheduler works with; all outlive it.
struct JobParts {
  Storage& storage;
  JobStore& store;
  const base::Clock& clock;
  JobProbe& probe;
};

/// Does the jobs of this copy of the program: one thread with a loop of its own, on which handlers
/// run as coroutines, up to the concurrency of their policies. It sleeps until the next job is
/// due; a unit that puts jobs wakes it by itself (`JobStore::tellOfPuts`). Owned by the composition
/// root. `add` before `start`, from one thread; the rest is thread-safe.
class Scheduler {
 public:
  Scheduler(JobParts parts, SchedulerOptions options);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  /// As `stop` without grace.
  ~Scheduler();

  /// Who does the jobs of `kind`. Before `start`; the handler outlives the scheduler. A kind is a
  /// label of metrics: at most 24 kinds, lower case, never made of data.
  void add(std::string kind, JobHandler& handler);
  /// What runs on one copy of the cluster at a time, beside the jobs. Before `start`.
  void add(ClusterTask& task);

  /// Starts the thread.
  void start();
  /// Takes no more jobs, waits for those that run until `grace` is over, gives the rest back to
  /// other copies (their attempt is not counted), ends the thread. Blocks. Safe to call twice.
  /// False when handlers were cut off: they are suspended for ever, and what they refer to must
  /// stay as it is until the process ends.
  bool stop(std::chrono::milliseconds grace);

  /// Looks at the store at once.
  void wake();
  /// The loop that handlers run on, for heartbeats; valid while it is started.
  [[nodiscard]] base::Loop& loop();
  /// How many jobs run at this moment.
  [[nodiscard]] int running() const;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace sw::jobs
