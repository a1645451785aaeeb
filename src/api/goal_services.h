#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/local_day.h"
#include "accounts/settings.h"
#include "api/request_scope.h"
#include "goals/goal_editor.h"
#include "goals/goal_follower.h"
#include "goals/goal_store.h"
#include "obs/goals_probe.h"

namespace sw::api {

/// What the routes of goals work with. All outlive the routes.
struct GoalServices {
  accounts::SettingsStore& settings;
  goals::GoalStore& goals;
  goals::LinkedProgressSource& linked;
  goals::GoalEditor& editor;
  goals::GoalFollower& follower;
  const obs::GoalsProbe& probe;
};

/// A goal of the caller, and by which rule their days begin and end.
struct FoundGoal {
  goals::Goal goal;
  accounts::DayRule rule;

  [[nodiscard]] std::chrono::local_days today(const base::Clock& clock) const {
    return accounts::localDateOf(clock.now(), rule);
  }
};

/// The goal in the path. `kNotFound` when there is none or it is another's.
base::Task<base::Result<FoundGoal>> findGoal(GoalServices& services, RequestScope& scope);

/// The goal as an answer with its entity tag.
Response goalResponse(RequestScope& scope, int status, const FoundGoal& found);

/// Commits what an editor wrote with its answer, and tells the probe.
base::Task<base::Result<Response>> commitGoal(GoalServices& services, RequestScope& scope,
                                              jobs::UnitOfWork& unit,
                                              const goals::GoalEditor::Written& written,
                                              Response response);

/// `scope.attempt`, as often as many writers of one resource at a time need: of so many at least
/// one gets through in each round.
template <class Work>
base::Task<base::Result<Response>> attemptCrowded(RequestScope& scope, Work& work) {
  constexpr int kRounds = 32;
  for (int round = 1;; ++round) {
    auto outcome = co_await scope.attempt(work);
    if (outcome.ok() || outcome.error().code() != base::Code::kConflict || round == kRounds) {
      co_return outcome;
    }
  }
}

/// A place in a list sorted by a number, as page tokens carry it; of lists by time the number is
/// microseconds since 1970. `sort` tells lists apart, since a place in one means nothing in
/// another.
struct ListPlace {
  std::int64_t key = 0;
  base::Uuid id;
};
std::string toPlaceToken(char sort, const ListPlace& place);
/// Nothing where the token is not one of that list.
std::optional<ListPlace> fromPlaceToken(char sort, std::string_view token);

}  // namespace sw::api
