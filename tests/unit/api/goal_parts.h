#pragma once

#include "api/goal_progress_routes.h"
#include "api/goal_routes.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_goal_store.h"

namespace sw::api {

/// Goals as the API has them, over fakes.
struct GoalParts {
  GoalParts(fakes::FakeStorage& memory, fakes::FakeSettingsStore& people, fakes::FakeChangeLog& log,
            const obs::GoalsProbe& probe, const base::Clock& clock)
      : store(memory),
        linked(memory),
        editor(store, linked, log, clock),
        follower({memory, store, editor, people, probe}),
        services{people, store, linked, editor, follower, probe} {}

  void addTo(Router& router) {
    routes.addTo(router);
    progressRoutes.addTo(router);
  }

  fakes::FakeGoalStore store;
  fakes::FakeLinkedProgress linked;
  goals::GoalEditor editor;
  goals::GoalFollower follower;
  GoalServices services;
  GoalRoutes routes{services};
  GoalProgressRoutes progressRoutes{services};
};

}  // namespace sw::api
