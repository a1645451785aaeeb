#pragma once

#include "api/task_routes.h"
#include "api/task_time_routes.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_goal_store.h"
#include "fakes/fake_task_store.h"

namespace sw::api {

/// Tasks as the API has them, over fakes.
struct TaskParts {
  struct Below {
    fakes::FakeSettingsStore& people;
    fakes::FakeChangeLog& changes;
    fakes::FakeGoalStore& goals;
    obs::MetricCatalog& catalog;
    obs::Log& log;
  };
  TaskParts(fakes::FakeStorage& memory, Below below, const base::Clock& clock)
      : store(memory),
        probe(below.catalog, below.log),
        editor(store, below.changes, clock),
        services{below.people, store, below.goals, editor, probe} {}

  void addTo(Router& router) {
    routes.addTo(router);
    timeRoutes.addTo(router);
  }

  fakes::FakeTaskStore store;
  tasks::TasksProbe probe;
  tasks::TaskEditor editor;
  TaskServices services;
  TaskRoutes routes{services};
  TaskTimeRoutes timeRoutes{services};
};

}  // namespace sw::api
