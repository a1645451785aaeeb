#pragma once

#include "adapters/sql/sql_goal_store.h"
#include "adapters/sql/sql_linked_progress.h"
#include "api/goal_progress_routes.h"
#include "api/goal_routes.h"
#include "app/relay_graph.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "goals/goal_editor.h"
#include "goals/goal_follower.h"
#include "obs/goals_probe.h"

namespace sw::app {

/// Goals over the stores: what changes them, what keeps them in step with habits and tasks, and
/// their part of the API and of events. Owned by the composition root, which stops the relay
/// before it and keeps stores and telemetry longer. Thread-safe once made.
class GoalGraph {
 public:
  /// Joins the relay, which must not have been started.
  GoalGraph(Stores& stores, RelayGraph& relay, Telemetry& telemetry, const base::Clock& clock);
  GoalGraph(const GoalGraph&) = delete;
  GoalGraph& operator=(const GoalGraph&) = delete;

  [[nodiscard]] goals::GoalStore& store() { return store_; }
  void addRoutes(api::Router& router);

 private:
  base::Task<base::Result<std::string>> dataOf(const jobs::Change& change);

  const base::Clock& clock_;
  accounts::SettingsStore& settings_;
  sql::SqlGoalStore store_;
  sql::SqlLinkedProgress linked_;
  obs::GoalsProbe probe_;
  goals::GoalEditor editor_;
  goals::GoalFollower follower_;
  api::GoalServices services_;
  api::GoalRoutes routes_;
  api::GoalProgressRoutes progressRoutes_;
};

}  // namespace sw::app
