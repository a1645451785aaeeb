#pragma once

#include "goals/goal_editor.h"
#include "jobs/change_subscriber.h"
#include "obs/goals_probe.h"

namespace sw::goals {

/// Keeps goals in step with the habits and tasks they are linked with, without anybody looking:
/// hears of every change of those and works the owner's linked goals out anew. Does so in units of
/// its own; hearing of a change twice does no harm, since what follows is worked out from what is
/// there and not from the change. Used by the relay; the stores must outlive it.
class GoalFollower final : public jobs::ChangeSubscriber {
 public:
  struct Parts {
    jobs::Storage& storage;
    GoalStore& goals;
    GoalEditor& editor;
    accounts::SettingsStore& settings;
    const obs::GoalsProbe& probe;
  };
  explicit GoalFollower(Parts parts) : parts_(parts) {}

  [[nodiscard]] std::string_view name() const override { return "goals"; }
  base::Task<base::Result<void>> take(const std::vector<jobs::Change>& changes,
                                      jobs::UnitOfWork& unit) override;

  /// The goal as it is after what is linked with it; writes it where that has changed. Fails as a
  /// commit does; `kConflict` only after many attempts, `kNotFound` when it was deleted meanwhile.
  base::Task<base::Result<Goal>> fresh(Goal goal, jobs::Actor actor);

 private:
  Parts parts_;
};

/// The rule by which days of this person begin and end.
base::Task<base::Result<accounts::DayRule>> dayRuleOf(accounts::SettingsStore& settings,
                                                      base::Uuid userId);

}  // namespace sw::goals
