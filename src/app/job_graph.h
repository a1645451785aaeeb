#pragma once

#include <chrono>
#include <string>

#include "app/heartbeats.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "jobs/cluster_task.h"
#include "jobs/command_inbox.h"
#include "jobs/command_registry.h"
#include "jobs/job_probe.h"
#include "jobs/scheduler.h"

namespace sw::app {

/// What is done in the background: the scheduler with the handlers of every kind, and the way in
/// for commands. Owned by the composition root; made before the API, destroyed after the server.
/// Domains add their handlers before `start`.
class JobGraph {
 public:
  /// `holder` names this copy of the program among the others.
  JobGraph(std::string holder, Stores& stores, Telemetry& telemetry, const base::Clock& clock);
  JobGraph(const JobGraph&) = delete;
  JobGraph& operator=(const JobGraph&) = delete;

  [[nodiscard]] jobs::Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] jobs::CommandRegistry& commands() { return registry_; }
  [[nodiscard]] jobs::CommandInbox& inbox() { return inbox_; }

  void start(Heartbeats& heartbeats);
  /// See `Scheduler::stop`. Before the database closes; safe to call twice.
  bool stop(std::chrono::milliseconds grace) { return scheduler_.stop(grace); }
  /// What there is of each kind and the newest dead ones, as JSON. Blocks; from any thread while
  /// the database is open.
  std::string overviewJson();

 private:
  base::Task<base::Result<void>> forgetCommands();

  Stores& stores_;
  const base::Clock& clock_;
  jobs::JobProbe probe_;
  jobs::CommandRegistry registry_;
  jobs::CommandInbox inbox_;
  jobs::CommandJob commandJob_;
  jobs::ClusterTask forgetting_;
  jobs::Scheduler scheduler_;
};

}  // namespace sw::app
