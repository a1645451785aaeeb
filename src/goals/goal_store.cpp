#include "goals/goal_store.h"

namespace sw::goals {
namespace {

/// Days since 1970 lie well within this.
constexpr std::int64_t kNoDate = 4'000'000;
constexpr std::int64_t kPerPriority = 100'000'000;
constexpr double kPerUnit = 1e6;  // fractions are told apart to a millionth

std::int64_t dayOf(const Goal& goal) {
  const auto& date = goal.content.targetDate;
  return date ? date->time_since_epoch().count() : kNoDate;
}

}  // namespace

std::int64_t sortKeyOf(const Goal& goal, GoalSort sort) {
  switch (sort) {
    case GoalSort::kCreated: return goal.created.time_since_epoch().count();
    case GoalSort::kUpdated: return -goal.updated.time_since_epoch().count();
    case GoalSort::kPriority:
      return dayOf(goal) - static_cast<std::int64_t>(goal.content.priority) * kPerPriority;
    case GoalSort::kTargetDate: return dayOf(goal);
    case GoalSort::kProgress: return -static_cast<std::int64_t>(goal.fraction * kPerUnit);
  }
  return 0;
}

}  // namespace sw::goals
