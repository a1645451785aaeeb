#pragma once

#include "adapters/sql/sql_task_store.h"
#include "api/task_routes.h"
#include "api/task_time_routes.h"
#include "app/relay_graph.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "tasks/task_editor.h"
#include "tasks/tasks_probe.h"

namespace sw::app {

/// Tasks over the stores: what changes them, and their part of the API and of events. Owned by the
/// composition root, which stops the relay before it and keeps stores, goals and telemetry longer.
/// Thread-safe once made.
class TaskGraph {
 public:
  /// Joins the relay, which must not have been started.
  TaskGraph(Stores& stores, goals::GoalStore& goals, RelayGraph& relay, Telemetry& telemetry,
            const base::Clock& clock);
  TaskGraph(const TaskGraph&) = delete;
  TaskGraph& operator=(const TaskGraph&) = delete;

  [[nodiscard]] tasks::TaskStore& store() { return store_; }
  void addRoutes(api::Router& router);

 private:
  base::Task<base::Result<std::string>> dataOf(const jobs::Change& change);

  const base::Clock& clock_;
  sql::SqlTaskStore store_;
  tasks::TasksProbe probe_;
  tasks::TaskEditor editor_;
  api::TaskServices services_;
  api::TaskRoutes routes_;
  api::TaskTimeRoutes timeRoutes_;
};

}  // namespace sw::app
