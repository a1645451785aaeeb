#include "adapters/sql/sql_linked_progress.h"

#include <algorithm>
#include <optional>

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using goals::HabitCompletion;
using goals::LinkedProgress;

// Of an entry's states, an amount short of the day's goal (0) and done (1).
constexpr Statement kCompletions{
    "habit_entries.of_goal", Operation::kSelect,
    "SELECT e.habit_id, e.day, e.status, e.amount, e.at FROM habits AS h "
    "JOIN habit_entries AS e ON e.habit_id = h.id WHERE h.user_id = ?1 AND h.id = ?2 "
    "AND e.day >= ?3 AND e.status <= 1 ORDER BY e.day"};
constexpr Statement kTasksOfGoal{
    "tasks.of_goal", Operation::kSelect,
    "SELECT completed_at FROM tasks WHERE goal_id = ?1 AND owner_id = ?2 AND status <> 2"};
// A listed task that names the goal itself has been counted.
constexpr Statement kListedTask{
    "tasks.listed_by_goal", Operation::kSelect,
    "SELECT completed_at FROM tasks WHERE id = ?1 AND owner_id = ?2 AND status <> 2 "
    "AND (goal_id IS NULL OR goal_id <> ?3)"};
constexpr Statement kHabitOf{"habits.of_user", Operation::kSelect,
                             "SELECT id FROM habits WHERE user_id = ?1 AND id = ?2"};
constexpr Statement kTaskOf{"tasks.of_owner", Operation::kSelect,
                            "SELECT id FROM tasks WHERE owner_id = ?1 AND id = ?2"};

constexpr std::int64_t kDone = 1;

HabitCompletion toCompletion(const Row& row) {
  HabitCompletion completion;
  completion.habitId = row.uuid(0);
  completion.day = std::chrono::local_days(std::chrono::days(row.integer(1)));
  completion.done = row.integer(2) == kDone;
  completion.amount = row.real(3);
  completion.at = row.instant(4);
  return completion;
}

/// Those of `ids` that the statement does not find for the owner.
Task<Result<std::vector<base::Uuid>>> missing(Database& database, const Statement& statement,
                                              base::Uuid ownerId, std::vector<base::Uuid> ids) {
  std::vector<base::Uuid> unknown;
  const auto toId = [](const Row& row) { return row.uuid(0); };
  for (const base::Uuid& id : ids) {
    const Value params[] = {ownerId, id};
    SW_CO_TRY(const auto found, co_await readOne<base::Uuid>(database, statement, params, toId));
    if (!found) unknown.push_back(id);
  }
  co_return unknown;
}

}  // namespace

Task<Result<LinkedProgress>> SqlLinkedProgress::read(const goals::Goal& goal) {
  const goals::GoalContent& content = goal.content;
  LinkedProgress progress;
  for (const goals::HabitLink& link : content.linkedHabits) {
    const Value params[] = {goal.ownerId, link.habitId,
                            content.startDate.time_since_epoch().count()};
    SW_CO_TRY(const auto days, co_await readAll<HabitCompletion>(database_, kCompletions, params,
                                                                 toCompletion, ReadKind::kLong));
    progress.habits.insert(progress.habits.end(), days.begin(), days.end());
  }
  std::ranges::stable_sort(progress.habits, {}, &HabitCompletion::day);

  auto count = [&](const Row& row) {
    ++progress.tasks;
    if (!row.isNull(0)) progress.tasksDone.push_back(row.instant(0));
  };
  const Value own[] = {goal.id, goal.ownerId};
  SW_CO_CHECK(co_await database_.read(kTasksOfGoal, own, count, ReadKind::kLong));
  for (const base::Uuid& id : content.linkedTasks) {
    const Value params[] = {id, goal.ownerId, goal.id};
    SW_CO_CHECK(co_await database_.read(kListedTask, params, count));
  }
  std::ranges::sort(progress.tasksDone);
  co_return progress;
}

Task<Result<goals::LinkedProgressSource::Unknown>> SqlLinkedProgress::unknown(
    base::Uuid ownerId, std::vector<base::Uuid> habits, std::vector<base::Uuid> tasks) {
  Unknown unknown;
  SW_CO_TRY(unknown.habits, co_await missing(database_, kHabitOf, ownerId, std::move(habits)));
  SW_CO_TRY(unknown.tasks, co_await missing(database_, kTaskOf, ownerId, std::move(tasks)));
  co_return unknown;
}

}  // namespace sw::sql
