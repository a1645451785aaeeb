#include "goals/goal_follower.h"

#include <algorithm>
#include <utility>

#include "accounts/settings_json.h"

namespace sw::goals {
namespace {

using base::Result;
using base::Task;

constexpr int kAttempts = 32;

bool ofTask(const jobs::Change& change) { return change.type.starts_with("task."); }
bool ofHabit(const jobs::Change& change) { return change.type.starts_with("habit."); }

}  // namespace

Task<Result<accounts::DayRule>> dayRuleOf(accounts::SettingsStore& settings, base::Uuid userId) {
  SW_CO_TRY(const auto stored, co_await settings.find(userId));
  if (!stored) co_return accounts::DayRule{};
  SW_CO_TRY(const accounts::Settings read, accounts::fromStored(*stored));
  co_return accounts::dayRuleOf(read);
}

Task<Result<Goal>> GoalFollower::fresh(Goal goal, jobs::Actor actor) {
  SW_CO_TRY(accounts::DayRule rule, co_await dayRuleOf(parts_.settings, goal.ownerId));
  const GoalEditor::Context context{rule, std::move(actor)};
  for (int attempt = 1;; ++attempt) {
    const auto unit = parts_.storage.begin();
    SW_CO_TRY(GoalEditor::Written written, co_await parts_.editor.refresh(*unit, goal, context));
    if (!written.changed) co_return std::move(written.goal);
    const auto committed = co_await unit->commit();
    if (committed.ok()) {
      if (written.completed) parts_.probe.goalCompleted(written.goal.id);
      co_return std::move(written.goal);
    }
    if (committed.error().code() != base::Code::kConflict || attempt == kAttempts) {
      co_return committed.error();
    }
    SW_CO_TRY(auto again, co_await parts_.goals.find(goal.id));
    if (!again) co_return base::Error(base::Code::kNotFound, "there is no such goal");
    goal = *std::move(again);
  }
}

Task<Result<void>> GoalFollower::take(const std::vector<jobs::Change>& changes,
                                      jobs::UnitOfWork& unit) {
  static_cast<void>(unit);
  auto cause = std::ranges::find_if(changes, ofTask);
  auto mover = GoalStore::Mover::kTask;
  if (cause == changes.end()) {
    cause = std::ranges::find_if(changes, ofHabit);
    mover = GoalStore::Mover::kHabit;
  }
  if (cause == changes.end()) co_return Result<void>();
  const jobs::Actor actor{cause->requestId, cause->traceParent};
  SW_CO_TRY(const std::vector<Goal> goals, co_await parts_.goals.movedBy(cause->userId, mover));
  for (const Goal& goal : goals) {
    const auto outcome = co_await fresh(goal, actor);
    if (outcome.ok() || outcome.error().code() == base::Code::kNotFound) continue;
    co_return outcome.error();
  }
  co_return Result<void>();
}

}  // namespace sw::goals
