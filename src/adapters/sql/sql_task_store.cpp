#include "adapters/sql/sql_task_store.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/text_list.h"
#include "tasks/task_json.h"

namespace sw::sql {
namespace {

using base::Result;
using tasks::Dependency;
using tasks::Task;
using tasks::TimeEntry;

#define SW_TASK_COLUMNS                                                                        \
  "id, owner_id, title, status, priority, deadline_at, goal_id, completed_at, minutes_spent, " \
  "tags, document, series_id, occurrence, successor_id, revision, created, updated "
// ?1 owner, ?2 status or -1, ?3 and ?4 first deadline and the end (null: any), ?5 goal (null:
// any), ?6 tag or '', ?7 to ?10 beginnings of words or '', ?11 sort, ?12 and ?13 place, ?14 limit.
// The sort keys are those of `sortKeyOf`.
#define SW_TASK_WORD(contains, number) \
  "AND (CAST(?" number " AS text) = '' OR " contains "(terms, ?" number ") > 0) "
#define SW_TASK_LIST(contains, id) \
  "SELECT " SW_TASK_COLUMNS "FROM (SELECT " SW_TASK_COLUMNS                                     \
  ", CASE CAST(?11 AS bigint) WHEN 0 THEN created WHEN 1 THEN -updated "                        \
  "WHEN 2 THEN COALESCE(deadline_at, 253402300800000000) "                                      \
  "ELSE COALESCE(deadline_at, 253402300800000000) / 60000000 - priority * 10000000000 "         \
  "END AS sort_key FROM tasks WHERE owner_id = ?1 AND (CAST(?2 AS bigint) < 0 OR status = ?2) " \
  "AND (CAST(?3 AS bigint) IS NULL OR deadline_at >= ?3) "                                      \
  "AND (CAST(?4 AS bigint) IS NULL OR deadline_at < ?4) "                                       \
  "AND (CAST(?5 AS " id                                                                         \
  ") IS NULL OR goal_id = ?5) "                                                                 \
  "AND (CAST(?6 AS text) = '' OR " contains "(tags, ?6) > 0) " SW_TASK_WORD(contains, "7")      \
      SW_TASK_WORD(contains, "8") SW_TASK_WORD(contains, "9") SW_TASK_WORD(contains, "10")      \
  ") AS page WHERE sort_key > ?12 OR (sort_key = ?12 AND id > ?13) "                            \
  "ORDER BY sort_key, id LIMIT ?14"

constexpr Statement kFind{"tasks.find", Operation::kSelect,
                          "SELECT " SW_TASK_COLUMNS "FROM tasks WHERE id = ?1"};
constexpr Statement kList{"tasks.list", Operation::kSelect, SW_TASK_LIST("instr", "blob"),
                          SW_TASK_LIST("strpos", "uuid")};
#undef SW_TASK_LIST
#undef SW_TASK_WORD
#undef SW_TASK_COLUMNS
constexpr Statement kCount{"tasks.count", Operation::kSelect,
                           "SELECT COUNT(*) FROM tasks WHERE owner_id = ?1"};
constexpr Statement kOpen{"tasks.open", Operation::kSelect,
                          "SELECT id FROM tasks WHERE owner_id = ?1 AND status = 0 AND id = ?2"};
constexpr Statement kAllOpen{"tasks.all_open", Operation::kSelect,
                             "SELECT id FROM tasks WHERE owner_id = ?1 AND status = 0 ORDER BY id"};
constexpr Statement kCreate{
    "tasks.create", Operation::kInsert,
    "INSERT INTO tasks (id, owner_id, title, status, priority, deadline_at, goal_id, completed_at, "
    "minutes_spent, tags, terms, document, series_id, occurrence, successor_id, revision, created, "
    "updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
    "?18)"};
constexpr Statement kUpdate{
    "tasks.update", Operation::kUpdate,
    "UPDATE tasks SET owner_id = ?2, title = ?3, status = ?4, priority = ?5, deadline_at = ?6, "
    "goal_id = ?7, completed_at = ?8, minutes_spent = ?9, tags = ?10, terms = ?11, document = ?12, "
    "series_id = ?13, occurrence = ?14, successor_id = ?15, revision = ?16, created = ?17, "
    "updated = ?18 WHERE id = ?1 AND revision = ?16 - 1"};
constexpr Statement kDelete{"tasks.delete", Operation::kDelete,
                            "DELETE FROM tasks WHERE id = ?1 AND revision = ?2"};

constexpr Statement kArrows{"task_arrows.all", Operation::kSelect,
                            "SELECT task_id, blocker_id FROM task_arrows WHERE owner_id = ?1 "
                            "ORDER BY task_id, blocker_id"};
constexpr Statement kAddArrow{"task_arrows.add", Operation::kInsert,
                              "INSERT INTO task_arrows (owner_id, task_id, blocker_id) "
                              "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"};
constexpr Statement kClearArrows{"task_arrows.clear", Operation::kDelete,
                                 "DELETE FROM task_arrows WHERE owner_id = ?1 AND task_id = ?2"};
// Before the task itself is gone, whose row knows the owner.
constexpr Statement kRemoveArrowsFrom{"task_arrows.remove_from", Operation::kDelete,
                                      "DELETE FROM task_arrows WHERE task_id = ?1 "
                                      "AND owner_id = (SELECT owner_id FROM tasks WHERE id = ?1)"};
constexpr Statement kRemoveArrowsTo{"task_arrows.remove_to", Operation::kDelete,
                                    "DELETE FROM task_arrows WHERE blocker_id = ?1"};
constexpr Statement kVersion{"task_graphs.version", Operation::kSelect,
                             "SELECT version FROM task_graphs WHERE owner_id = ?1"};
constexpr Statement kRaiseVersion{
    "task_graphs.raise", Operation::kUpdate,
    "INSERT INTO task_graphs (owner_id, version) VALUES (?1, 1) ON CONFLICT (owner_id) "
    "DO UPDATE SET version = task_graphs.version + 1 WHERE task_graphs.version = ?2"};

#define SW_TIME_COLUMNS "task_id, id, minutes, note, at, created "
constexpr Statement kTimePage{
    "task_time.page", Operation::kSelect,
    "SELECT " SW_TIME_COLUMNS
    "FROM task_time WHERE task_id = ?1 AND (at < ?2 OR (at = ?2 AND id < ?3)) "
    "ORDER BY at DESC, id DESC LIMIT ?4"};
constexpr Statement kFindTime{"task_time.find", Operation::kSelect,
                              "SELECT " SW_TIME_COLUMNS
                              "FROM task_time WHERE task_id = ?1 AND id = ?2"};
#undef SW_TIME_COLUMNS
constexpr Statement kPutTime{"task_time.put", Operation::kInsert,
                             "INSERT INTO task_time (task_id, id, minutes, note, at, created) "
                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Statement kRemoveTime{"task_time.remove", Operation::kDelete,
                                "DELETE FROM task_time WHERE task_id = ?1 AND id = ?2"};
constexpr Statement kClearTime{"task_time.clear", Operation::kDelete,
                               "DELETE FROM task_time WHERE task_id = ?1"};

constexpr Expectation kUnchanged = Expectation::exactly(1, "the task was changed meanwhile");
/// Up to so many tasks are asked about one by one.
constexpr std::size_t kFewTasks = 8;

/// A task, or why its row cannot be read.
Result<Task> toTask(const Row& row) {
  Task task;
  task.id = row.uuid(0);
  task.ownerId = row.uuid(1);
  tasks::TaskContent& content = task.content;
  content.title = row.string(2);
  content.status = static_cast<tasks::TaskStatus>(row.integer(3));
  content.priority = static_cast<tasks::Priority>(row.integer(4));
  if (!row.isNull(5)) task.deadlineAt = row.instant(5);
  content.goalId = row.uuid(6);
  if (!row.isNull(7)) task.completedAt = row.instant(7);
  task.timeSpent = std::chrono::minutes(row.integer(8));
  content.tags = splitList(row.text(9));
  SW_CHECK(tasks::readDocument(row.text(10), task));
  task.seriesId = row.uuid(11);
  task.occurrence = row.integer(12);
  task.successorId = row.uuid(13);
  task.revision = row.integer(14);
  task.created = row.instant(15);
  task.updated = row.instant(16);
  return task;
}

TimeEntry toTime(const Row& row) {
  TimeEntry entry;
  entry.taskId = row.uuid(0);
  entry.id = row.uuid(1);
  entry.duration = std::chrono::minutes(row.integer(2));
  entry.note = row.string(3);
  entry.at = row.instant(4);
  entry.created = row.instant(5);
  return entry;
}

Dependency toArrow(const Row& row) { return {row.uuid(0), row.uuid(1)}; }

/// All tasks of a query; the first that cannot be read fails it.
base::Task<Result<std::vector<Task>>> readTasks(Database& database, const Statement& statement,
                                                Params params, ReadKind kind = ReadKind::kShort) {
  SW_CO_TRY(auto rows, co_await readAll<Result<Task>>(database, statement, params, toTask, kind));
  std::vector<Task> found;
  found.reserve(rows.size());
  for (Result<Task>& row : rows) {
    if (!row.ok()) co_return row.error();
    found.push_back(*std::move(row));
  }
  co_return found;
}

}  // namespace

base::Task<Result<std::optional<Task>>> SqlTaskStore::find(base::Uuid id) {
  const Value params[] = {id};
  SW_CO_TRY(auto found, co_await readTasks(database_, kFind, params));
  std::optional<Task> task;
  if (!found.empty()) task = std::move(found.front());
  co_return task;
}

base::Task<Result<std::vector<Task>>> SqlTaskStore::list(base::Uuid ownerId, tasks::TaskQuery query,
                                                         tasks::TaskPosition after, int limit) {
  const std::string tag = listItem(query.tag);
  std::array<std::string, tasks::TaskQuery::kMaxWords> words;
  for (std::size_t i = 0; i < std::min(words.size(), query.words.size()); ++i) {
    words.at(i) = '\n' + query.words[i];
  }
  const Value params[] = {ownerId,
                          query.status ? static_cast<int>(*query.status) : -1,
                          query.dueFrom,
                          query.dueBefore,
                          Value::idOrNull(query.goalId),
                          tag,
                          words[0],
                          words[1],
                          words[2],
                          words[3],
                          static_cast<int>(query.sort),
                          after.key,
                          after.id,
                          limit};
  co_return co_await readTasks(database_, kList, params, ReadKind::kLong);
}

base::Task<Result<std::int64_t>> SqlTaskStore::count(base::Uuid ownerId) {
  const Value params[] = {ownerId};
  const auto toCount = [](const Row& row) { return row.integer(0); };
  SW_CO_TRY(const auto count, co_await readOne<std::int64_t>(database_, kCount, params, toCount));
  co_return count.value_or(0);
}

base::Task<Result<std::vector<Dependency>>> SqlTaskStore::dependencies(base::Uuid ownerId) {
  const Value params[] = {ownerId};
  co_return co_await readAll<Dependency>(database_, kArrows, params, toArrow, ReadKind::kLong);
}

base::Task<Result<std::vector<base::Uuid>>> SqlTaskStore::openAmong(base::Uuid ownerId,
                                                                    std::vector<base::Uuid> ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  const auto toId = [](const Row& row) { return row.uuid(0); };
  std::vector<base::Uuid> open;
  if (ids.size() <= kFewTasks) {
    for (const base::Uuid& id : ids) {
      const Value params[] = {ownerId, id};
      SW_CO_TRY(const auto found, co_await readOne<base::Uuid>(database_, kOpen, params, toId));
      if (found) open.push_back(id);
    }
    co_return open;
  }
  const Value params[] = {ownerId};
  SW_CO_TRY(const auto all,
            co_await readAll<base::Uuid>(database_, kAllOpen, params, toId, ReadKind::kLong));
  std::ranges::set_intersection(ids, all, std::back_inserter(open));
  co_return open;
}

void SqlTaskStore::put(jobs::UnitOfWork& unit, const Task& task) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const tasks::TaskContent& content = task.content;
  const std::string tags = joinList(content.tags);
  const std::string terms = tasks::searchTermsOf(content);
  const std::string document = tasks::toDocument(task);
  const Value params[] = {task.id,
                          task.ownerId,
                          content.title,
                          static_cast<int>(content.status),
                          static_cast<int>(content.priority),
                          task.deadlineAt,
                          Value::idOrNull(content.goalId),
                          task.completedAt,
                          task.timeSpent.count(),
                          tags,
                          terms,
                          document,
                          Value::idOrNull(task.seriesId),
                          task.occurrence,
                          Value::idOrNull(task.successorId),
                          task.revision,
                          task.created,
                          task.updated};
  work.add(task.revision == 1 ? kCreate : kUpdate, params, kUnchanged);
  const Value own[] = {task.ownerId, task.id};
  if (task.revision > 1) work.add(kClearArrows, own);
  for (const base::Uuid& blocker : content.blockedBy) {
    const Value arrow[] = {task.ownerId, task.id, blocker};
    work.add(kAddArrow, arrow);
  }
}

void SqlTaskStore::guardDependencies(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                     std::int64_t version) {
  const Value params[] = {ownerId, version};
  SqlUnitOfWork::of(unit).guard(
      kRaiseVersion, params, Expectation::exactly(1, "what waits for what was changed meanwhile"));
}

base::Task<Result<std::int64_t>> SqlTaskStore::dependencyVersion(base::Uuid ownerId) {
  const Value params[] = {ownerId};
  const auto toVersion = [](const Row& row) { return row.integer(0); };
  SW_CO_TRY(const auto version,
            co_await readOne<std::int64_t>(database_, kVersion, params, toVersion));
  co_return version.value_or(0);
}

void SqlTaskStore::remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value params[] = {id, revision};
  const Params own = Params(params).first(1);
  work.add(kRemoveArrowsFrom, own);
  work.add(kRemoveArrowsTo, own);
  work.add(kDelete, params, kUnchanged);
  work.add(kClearTime, own);
}

base::Task<Result<std::vector<TimeEntry>>> SqlTaskStore::timePage(base::Uuid taskId,
                                                                  EntryPosition before, int limit) {
  const Value params[] = {taskId, before.at, before.id, limit};
  co_return co_await readAll<TimeEntry>(database_, kTimePage, params, toTime);
}

base::Task<Result<std::optional<TimeEntry>>> SqlTaskStore::findTime(base::Uuid taskId,
                                                                    base::Uuid id) {
  const Value params[] = {taskId, id};
  co_return co_await readOne<TimeEntry>(database_, kFindTime, params, toTime);
}

void SqlTaskStore::putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) {
  const Value params[] = {entry.taskId, entry.id, entry.duration.count(),
                          entry.note,   entry.at, entry.created};
  SqlUnitOfWork::of(unit).add(kPutTime, params, Expectation::exactly(1, "the entry exists"));
}

void SqlTaskStore::removeTime(jobs::UnitOfWork& unit, base::Uuid taskId, base::Uuid id) {
  const Value params[] = {taskId, id};
  SqlUnitOfWork::of(unit).add(
      kRemoveTime, params,
      Expectation::exactly(1, "there is no such entry", base::Code::kNotFound));
}

}  // namespace sw::sql
