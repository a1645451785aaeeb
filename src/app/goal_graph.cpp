#include "app/goal_graph.h"

#include "base/json.h"
#include "goals/goal_json.h"

namespace sw::app {

GoalGraph::GoalGraph(Stores& stores, RelayGraph& relay, Telemetry& telemetry,
                     const base::Clock& clock)
    : clock_(clock),
      settings_(stores.settings),
      store_(stores.database()),
      linked_(stores.database()),
      probe_(telemetry.catalog, telemetry.log),
      editor_(store_, linked_, stores.changes, clock),
      follower_({.storage = stores.storage,
                 .goals = store_,
                 .editor = editor_,
                 .settings = stores.settings,
                 .probe = probe_}),
      services_{.settings = stores.settings,
                .goals = store_,
                .linked = linked_,
                .editor = editor_,
                .follower = follower_,
                .probe = probe_},
      routes_(services_),
      progressRoutes_(services_) {
  relay.add(follower_);
  relay.eventData().add("goal.", [this](const jobs::Change& change) { return dataOf(change); });
}

void GoalGraph::addRoutes(api::Router& router) {
  routes_.addTo(router);
  progressRoutes_.addTo(router);
}

base::Task<base::Result<std::string>> GoalGraph::dataOf(const jobs::Change& change) {
  SW_CO_TRY(const auto goal, co_await store_.find(change.resourceId));
  std::string out;
  if (!goal || goal->ownerId != change.userId) {
    base::json::Writer(out).beginObject().field("id", change.resourceId.toString()).endObject();
    co_return out;
  }
  SW_CO_TRY(const accounts::DayRule rule, co_await goals::dayRuleOf(settings_, change.userId));
  goals::appendGoalView(out, *goal, accounts::localDateOf(clock_.now(), rule));
  co_return out;
}

}  // namespace sw::app
