#pragma once

#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "tasks/task.h"

namespace sw::tasks {

/// What tasks tell of themselves, after the commit: metric and log together. One a process;
/// thread-safe.
class TasksProbe {
 public:
  TasksProbe(obs::MetricCatalog& catalog, obs::Log& log);

  void taskCreated(const Task& task) const;
  void taskCompleted(const Task& task) const;
  /// The next instance of a recurring task was made.
  void taskRepeated(const Task& task) const;

 private:
  obs::Logger logger_;
  obs::CounterHandle created_;
  obs::CounterHandle completed_;
};

}  // namespace sw::tasks
