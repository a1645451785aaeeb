#include "adapters/sql/sql_goal_store.h"

#include <utility>

#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/text_list.h"
#include "goals/goal_json.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using goals::Goal;
using goals::ProgressEntry;
using goals::TimeEntry;
using std::chrono::local_days;

#define SW_GOAL_COLUMNS                                                                          \
  "id, owner_id, title, type, status, priority, start_day, target_day, value, fraction, tasks, " \
  "tasks_done, completed_at, by_target, tags, document, revision, created, updated "
// ?1 owner, ?2 status or -1, ?3 type or '', ?4 tag or '', ?5 and ?6 first and last target day
// (both null: any), ?7 sort, ?8 and ?9 place, ?10 limit. The sort keys are those of `sortKeyOf`.
#define SW_GOAL_LIST(contains)                                                  \
  "SELECT " SW_GOAL_COLUMNS "FROM (SELECT " SW_GOAL_COLUMNS                     \
  ", CASE CAST(?7 AS bigint) WHEN 0 THEN created WHEN 1 THEN -updated "         \
  "WHEN 2 THEN COALESCE(target_day, 4000000) - priority * 100000000 "           \
  "WHEN 3 THEN COALESCE(target_day, 4000000) ELSE -progress END AS sort_key "   \
  "FROM goals WHERE owner_id = ?1 AND (CAST(?2 AS bigint) < 0 OR status = ?2) " \
  "AND (CAST(?3 AS text) = '' OR type = ?3) "                                   \
  "AND (CAST(?4 AS text) = '' OR " contains                                     \
  "(tags, ?4) > 0) "                                                            \
  "AND (CAST(?5 AS bigint) IS NULL OR target_day >= ?5) "                       \
  "AND (CAST(?6 AS bigint) IS NULL OR target_day <= ?6)) AS page "              \
  "WHERE sort_key > ?8 OR (sort_key = ?8 AND id > ?9) ORDER BY sort_key, id LIMIT ?10"

constexpr Statement kFind{"goals.find", Operation::kSelect,
                          "SELECT " SW_GOAL_COLUMNS "FROM goals WHERE id = ?1"};
constexpr Statement kList{"goals.list", Operation::kSelect, SW_GOAL_LIST("instr"),
                          SW_GOAL_LIST("strpos")};
constexpr Statement kMovedByHabits{
    "goals.moved_by_habits", Operation::kSelect,
    "SELECT " SW_GOAL_COLUMNS
    "FROM goals WHERE owner_id = ?1 AND status <> 3 AND links_habits = 1 ORDER BY id"};
constexpr Statement kMovedByTasks{"goals.moved_by_tasks", Operation::kSelect,
                                  "SELECT " SW_GOAL_COLUMNS
                                  "FROM goals WHERE owner_id = ?1 AND status <> 3 ORDER BY id"};
constexpr Statement kDue{"goals.due", Operation::kSelect,
                         "SELECT " SW_GOAL_COLUMNS
                         "FROM goals WHERE status = 0 AND target_day >= ?1 AND target_day <= ?2 "
                         "AND id > ?3 ORDER BY id LIMIT ?4"};
#undef SW_GOAL_LIST
#undef SW_GOAL_COLUMNS
constexpr Statement kCount{"goals.count", Operation::kSelect,
                           "SELECT COUNT(*) FROM goals WHERE owner_id = ?1"};
constexpr Statement kCreate{
    "goals.create", Operation::kInsert,
    "INSERT INTO goals (id, owner_id, title, type, status, priority, start_day, target_day, value, "
    "fraction, tasks, tasks_done, completed_at, by_target, tags, document, revision, created, "
    "updated, progress, links_habits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
    "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"};
constexpr Statement kUpdate{
    "goals.update", Operation::kUpdate,
    "UPDATE goals SET owner_id = ?2, title = ?3, type = ?4, status = ?5, priority = ?6, "
    "start_day = ?7, target_day = ?8, value = ?9, fraction = ?10, tasks = ?11, tasks_done = ?12, "
    "completed_at = ?13, by_target = ?14, tags = ?15, document = ?16, revision = ?17, "
    "created = ?18, updated = ?19, progress = ?20, links_habits = ?21 "
    "WHERE id = ?1 AND revision = ?17 - 1"};
constexpr Statement kDelete{"goals.delete", Operation::kDelete,
                            "DELETE FROM goals WHERE id = ?1 AND revision = ?2"};

#define SW_ENTRY_COLUMNS "goal_id, id, key_result_id, kind, number, note, at, created "
constexpr Statement kJournal{"goal_progress.all", Operation::kSelect,
                             "SELECT " SW_ENTRY_COLUMNS
                             "FROM goal_progress WHERE goal_id = ?1 ORDER BY at, id"};
constexpr Statement kJournalPage{
    "goal_progress.page", Operation::kSelect,
    "SELECT " SW_ENTRY_COLUMNS
    "FROM goal_progress WHERE goal_id = ?1 AND (at < ?2 OR (at = ?2 AND id < ?3)) "
    "ORDER BY at DESC, id DESC LIMIT ?4"};
#undef SW_ENTRY_COLUMNS
constexpr Statement kPutEntry{
    "goal_progress.put", Operation::kInsert,
    "INSERT INTO goal_progress (goal_id, id, key_result_id, kind, number, note, at, created) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (goal_id, id) DO UPDATE SET "
    "key_result_id = excluded.key_result_id, kind = excluded.kind, number = excluded.number, "
    "note = excluded.note, at = excluded.at, created = excluded.created"};
constexpr Statement kRemoveEntry{"goal_progress.remove", Operation::kDelete,
                                 "DELETE FROM goal_progress WHERE goal_id = ?1 AND id = ?2"};
constexpr Statement kClearJournal{"goal_progress.clear", Operation::kDelete,
                                  "DELETE FROM goal_progress WHERE goal_id = ?1"};

#define SW_TIME_COLUMNS "goal_id, id, minutes, note, at, created "
constexpr Statement kTimePage{
    "goal_time.page", Operation::kSelect,
    "SELECT " SW_TIME_COLUMNS
    "FROM goal_time WHERE goal_id = ?1 AND (at < ?2 OR (at = ?2 AND id < ?3)) "
    "ORDER BY at DESC, id DESC LIMIT ?4"};
constexpr Statement kFindTime{"goal_time.find", Operation::kSelect,
                              "SELECT " SW_TIME_COLUMNS
                              "FROM goal_time WHERE goal_id = ?1 AND id = ?2"};
#undef SW_TIME_COLUMNS
constexpr Statement kTotalTime{
    "goal_time.total", Operation::kSelect,
    "SELECT CAST(COALESCE(SUM(minutes), 0) AS bigint) FROM goal_time WHERE goal_id = ?1"};
constexpr Statement kPutTime{"goal_time.put", Operation::kInsert,
                             "INSERT INTO goal_time (goal_id, id, minutes, note, at, created) "
                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Statement kRemoveTime{"goal_time.remove", Operation::kDelete,
                                "DELETE FROM goal_time WHERE goal_id = ?1 AND id = ?2"};
constexpr Statement kClearTime{"goal_time.clear", Operation::kDelete,
                               "DELETE FROM goal_time WHERE goal_id = ?1"};

constexpr Expectation kUnchanged = Expectation::exactly(1, "the goal was changed meanwhile");

std::int64_t number(local_days day) { return day.time_since_epoch().count(); }
local_days toDay(std::int64_t count) { return local_days(std::chrono::days(count)); }

/// A goal, or why its row cannot be read.
Result<Goal> toGoal(const Row& row) {
  Goal goal;
  goal.id = row.uuid(0);
  goal.ownerId = row.uuid(1);
  goals::GoalContent& content = goal.content;
  content.title = row.string(2);
  content.type = row.string(3);
  content.status = static_cast<goals::GoalStatus>(row.integer(4));
  content.priority = static_cast<goals::Priority>(row.integer(5));
  content.startDate = toDay(row.integer(6));
  if (!row.isNull(7)) content.targetDate = toDay(row.integer(7));
  goal.value = row.real(8);
  goal.fraction = row.real(9);
  goal.tasks = row.integer(10);
  goal.tasksDone = row.integer(11);
  if (!row.isNull(12)) goal.completedAt = row.instant(12);
  goal.completedByTarget = row.integer(13) != 0;
  content.tags = splitList(row.text(14));
  SW_CHECK(goals::readDocument(row.text(15), goal));
  goal.revision = row.integer(16);
  goal.created = row.instant(17);
  goal.updated = row.instant(18);
  return goal;
}

ProgressEntry toEntry(const Row& row) {
  ProgressEntry entry;
  entry.goalId = row.uuid(0);
  entry.id = row.uuid(1);
  entry.keyResultId = row.uuid(2);
  entry.kind = static_cast<ProgressEntry::Kind>(row.integer(3));
  entry.number = row.real(4);
  entry.note = row.string(5);
  entry.at = row.instant(6);
  entry.created = row.instant(7);
  return entry;
}

TimeEntry toTime(const Row& row) {
  TimeEntry entry;
  entry.goalId = row.uuid(0);
  entry.id = row.uuid(1);
  entry.duration = std::chrono::minutes(row.integer(2));
  entry.note = row.string(3);
  entry.at = row.instant(4);
  entry.created = row.instant(5);
  return entry;
}

/// All goals of a query; the first that cannot be read fails it.
Task<Result<std::vector<Goal>>> readGoals(Database& database, const Statement& statement,
                                          Params params, ReadKind kind = ReadKind::kShort) {
  SW_CO_TRY(auto rows, co_await readAll<Result<Goal>>(database, statement, params, toGoal, kind));
  std::vector<Goal> goals;
  goals.reserve(rows.size());
  for (Result<Goal>& row : rows) {
    if (!row.ok()) co_return row.error();
    goals.push_back(*std::move(row));
  }
  co_return goals;
}

}  // namespace

Task<Result<std::optional<Goal>>> SqlGoalStore::find(base::Uuid id) {
  const Value params[] = {id};
  SW_CO_TRY(auto found, co_await readGoals(database_, kFind, params));
  std::optional<Goal> goal;
  if (!found.empty()) goal = std::move(found.front());
  co_return goal;
}

Task<Result<std::vector<Goal>>> SqlGoalStore::list(base::Uuid ownerId, goals::GoalQuery query,
                                                   goals::GoalPosition after, int limit) {
  const std::string tag = listItem(query.tag);
  const Value from = query.targetFrom ? Value(number(*query.targetFrom)) : Value();
  const Value to = query.targetTo ? Value(number(*query.targetTo)) : Value();
  const Value params[] = {ownerId,
                          query.status ? static_cast<int>(*query.status) : -1,
                          query.type,
                          tag,
                          from,
                          to,
                          static_cast<int>(query.sort),
                          after.key,
                          after.id,
                          limit};
  co_return co_await readGoals(database_, kList, params, ReadKind::kLong);
}

Task<Result<std::vector<Goal>>> SqlGoalStore::movedBy(base::Uuid ownerId, Mover mover) {
  const Value params[] = {ownerId};
  const Statement& statement = mover == Mover::kHabit ? kMovedByHabits : kMovedByTasks;
  co_return co_await readGoals(database_, statement, params, ReadKind::kLong);
}

Task<Result<std::vector<Goal>>> SqlGoalStore::dueBetween(local_days from, local_days to,
                                                         base::Uuid after, int limit) {
  const Value params[] = {number(from), number(to), after, limit};
  co_return co_await readGoals(database_, kDue, params, ReadKind::kLong);
}

Task<Result<std::int64_t>> SqlGoalStore::count(base::Uuid ownerId) {
  const Value params[] = {ownerId};
  const auto toCount = [](const Row& row) { return row.integer(0); };
  SW_CO_TRY(const auto count, co_await readOne<std::int64_t>(database_, kCount, params, toCount));
  co_return count.value_or(0);
}

void SqlGoalStore::put(jobs::UnitOfWork& unit, const Goal& goal) {
  const goals::GoalContent& content = goal.content;
  const std::string tags = joinList(content.tags);
  const std::string document = goals::toDocument(goal);
  const Value target = content.targetDate ? Value(number(*content.targetDate)) : Value();
  const Value params[] = {goal.id,
                          goal.ownerId,
                          content.title,
                          content.type,
                          static_cast<int>(content.status),
                          static_cast<int>(content.priority),
                          number(content.startDate),
                          target,
                          goal.value,
                          goal.fraction,
                          goal.tasks,
                          goal.tasksDone,
                          goal.completedAt,
                          goal.completedByTarget,
                          tags,
                          document,
                          goal.revision,
                          goal.created,
                          goal.updated,
                          -goals::sortKeyOf(goal, goals::GoalSort::kProgress),
                          !content.linkedHabits.empty()};
  SqlUnitOfWork::of(unit).add(goal.revision == 1 ? kCreate : kUpdate, params, kUnchanged);
}

void SqlGoalStore::remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value params[] = {id, revision};
  work.add(kDelete, params, kUnchanged);
  work.add(kClearJournal, Params(params).first(1));
  work.add(kClearTime, Params(params).first(1));
}

Task<Result<std::vector<ProgressEntry>>> SqlGoalStore::journal(base::Uuid goalId) {
  const Value params[] = {goalId};
  co_return co_await readAll<ProgressEntry>(database_, kJournal, params, toEntry, ReadKind::kLong);
}

Task<Result<std::vector<ProgressEntry>>> SqlGoalStore::journalPage(base::Uuid goalId,
                                                                   EntryPosition before,
                                                                   int limit) {
  const Value params[] = {goalId, before.at, before.id, limit};
  co_return co_await readAll<ProgressEntry>(database_, kJournalPage, params, toEntry);
}

void SqlGoalStore::putEntry(jobs::UnitOfWork& unit, const ProgressEntry& entry) {
  const Value params[] = {entry.goalId,
                          entry.id,
                          Value::idOrNull(entry.keyResultId),
                          static_cast<int>(entry.kind),
                          entry.number,
                          entry.note,
                          entry.at,
                          entry.created};
  SqlUnitOfWork::of(unit).add(kPutEntry, params);
}

void SqlGoalStore::removeEntry(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) {
  const Value params[] = {goalId, id};
  SqlUnitOfWork::of(unit).add(kRemoveEntry, params);
}

Task<Result<std::vector<TimeEntry>>> SqlGoalStore::timePage(base::Uuid goalId, EntryPosition before,
                                                            int limit) {
  const Value params[] = {goalId, before.at, before.id, limit};
  co_return co_await readAll<TimeEntry>(database_, kTimePage, params, toTime);
}

Task<Result<std::optional<TimeEntry>>> SqlGoalStore::findTime(base::Uuid goalId, base::Uuid id) {
  const Value params[] = {goalId, id};
  co_return co_await readOne<TimeEntry>(database_, kFindTime, params, toTime);
}

Task<Result<std::chrono::minutes>> SqlGoalStore::totalTime(base::Uuid goalId) {
  const Value params[] = {goalId};
  const auto toMinutes = [](const Row& row) { return std::chrono::minutes(row.integer(0)); };
  SW_CO_TRY(const auto total,
            co_await readOne<std::chrono::minutes>(database_, kTotalTime, params, toMinutes));
  co_return total.value_or(std::chrono::minutes(0));
}

void SqlGoalStore::putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) {
  const Value params[] = {entry.goalId, entry.id, entry.duration.count(),
                          entry.note,   entry.at, entry.created};
  SqlUnitOfWork::of(unit).add(kPutTime, params, Expectation::exactly(1, "the entry exists"));
}

void SqlGoalStore::removeTime(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) {
  const Value params[] = {goalId, id};
  SqlUnitOfWork::of(unit).add(
      kRemoveTime, params,
      Expectation::exactly(1, "there is no such entry", base::Code::kNotFound));
}

}  // namespace sw::sql
