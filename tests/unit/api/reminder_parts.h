#pragma once

#include "api/reminder_routes.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_job_store.h"
#include "fakes/fake_reminder_store.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "reminders/goal_agenda.h"

namespace sw::api {

/// Reminders of goals on fakes, with their routes.
struct ReminderParts {
  struct Below {
    fakes::FakeStorage& storage;
    accounts::SettingsStore& settings;
    jobs::ChangeLog& changes;
    jobs::JobStore& jobs;
    goals::GoalStore& goals;
    obs::MetricCatalog& catalog;
    obs::Log& log;
  };
  ReminderParts(Below below, const base::Clock& clock)
      : store(below.storage),
        agenda(below.goals),
        probe(below.catalog, below.log),
        teller({store, below.jobs, below.changes, probe, clock, {}}),
        desk({store,
              below.jobs,
              below.settings,
              teller,
              clock,
              {&agenda, &agenda, &agenda, &agenda}}),
        routes(store, desk) {}

  fakes::FakeReminderStore store;
  reminders::GoalAgenda agenda;
  obs::ReminderProbe probe;
  reminders::Teller teller;
  reminders::ReminderDesk desk;
  ReminderRoutes routes;
};

}  // namespace sw::api
