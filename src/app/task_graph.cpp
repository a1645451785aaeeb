#include "app/task_graph.h"

#include "base/json.h"
#include "tasks/task_json.h"

namespace sw::app {

TaskGraph::TaskGraph(Stores& stores, goals::GoalStore& goals, RelayGraph& relay,
                     Telemetry& telemetry, const base::Clock& clock)
    : clock_(clock),
      store_(stores.database()),
      probe_(telemetry.catalog, telemetry.log),
      editor_(store_, stores.changes, clock),
      services_{.settings = stores.settings,
                .tasks = store_,
                .goals = goals,
                .editor = editor_,
                .probe = probe_},
      routes_(services_),
      timeRoutes_(services_) {
  relay.eventData().add("task.", [this](const jobs::Change& change) { return dataOf(change); });
}

void TaskGraph::addRoutes(api::Router& router) {
  routes_.addTo(router);
  timeRoutes_.addTo(router);
}

base::Task<base::Result<std::string>> TaskGraph::dataOf(const jobs::Change& change) {
  SW_CO_TRY(auto task, co_await store_.find(change.resourceId));
  std::string out;
  if (!task || task->ownerId != change.userId) {
    base::json::Writer(out).beginObject().field("id", change.resourceId.toString()).endObject();
    co_return out;
  }
  SW_CO_TRY(const auto open, co_await api::openBlockersOf(store_, *task));
  tasks::appendTaskView(out, *task, open, clock_.now());
  co_return out;
}

}  // namespace sw::app
