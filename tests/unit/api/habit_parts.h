#pragma once

#include "api/habit_entry_routes.h"
#include "api/habit_routes.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_habit_store.h"

namespace sw::api {

/// Habits as the API has them, over fakes.
struct HabitParts {
  struct Telemetry {
    obs::MetricCatalog& catalog;
    obs::Log& log;
  };
  HabitParts(fakes::FakeStorage& memory, fakes::FakeSettingsStore& people,
             fakes::FakeChangeLog& changes, Telemetry telemetry, const base::Clock& clock)
      : store(memory),
        probe(telemetry.catalog, telemetry.log),
        editor(store, changes, clock),
        services{people, store, editor, probe} {}

  void addTo(Router& router) {
    routes.addTo(router);
    entryRoutes.addTo(router);
  }

  fakes::FakeHabitStore store;
  habits::HabitsProbe probe;
  habits::HabitEditor editor;
  HabitServices services;
  HabitRoutes routes{services};
  HabitEntryRoutes entryRoutes{services};
};

}  // namespace sw::api
