#include "adapters/sql/sql_command_store.h"

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using jobs::CommandProgress;
using jobs::CommandRecord;
using jobs::CommandStatus;

constexpr Statement kFind{
    "commands.find", Operation::kSelect,
    "SELECT task_type, payload, priority, status, result, error_code, error, attempts, request_id, "
    "created, started, finished FROM commands WHERE user_id = ?1 AND task_id = ?2"};
constexpr Statement kCreate{
    "commands.create", Operation::kInsert,
    "INSERT INTO commands (user_id, task_id, task_type, payload, priority, status, result, "
    "error_code, error, attempts, request_id, created, started, finished) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"};
// Status 2 is "succeeded".
constexpr Statement kUpdate{
    "commands.update", Operation::kUpdate,
    "UPDATE commands SET status = ?3, attempts = ?4, started = coalesce(?5, started), "
    "finished = ?6, result = ?7, error_code = ?8, error = ?9 "
    "WHERE user_id = ?1 AND task_id = ?2 AND status <> 2"};
constexpr Statement kExpire{
    "commands.expire", Operation::kDelete,
    "DELETE FROM commands WHERE (user_id, task_id) IN (SELECT user_id, task_id FROM commands "
    "WHERE finished IS NOT NULL AND finished < ?1 ORDER BY finished LIMIT ?2)"};

constexpr Expectation kIsNew = Expectation::exactly(1, "there is a command with this taskId");

std::optional<base::Instant> instantOrNone(const Row& row, int column) {
  if (row.isNull(column)) return std::nullopt;
  return row.instant(column);
}

}  // namespace

Task<Result<std::optional<CommandRecord>>> SqlCommandStore::find(base::Uuid userId,
                                                                 std::string_view taskId) {
  const Value params[] = {userId, taskId};
  const auto map = [&](const Row& row) {
    CommandRecord record;
    record.userId = userId;
    record.command.taskId = taskId;
    record.command.taskType = row.string(0);
    record.command.payload = row.string(1);
    record.command.priority = static_cast<int>(row.integer(2));
    record.status = static_cast<CommandStatus>(row.integer(3));
    record.result = row.string(4);
    record.errorCode = row.string(5);
    record.error = row.string(6);
    record.attempts = static_cast<int>(row.integer(7));
    record.requestId = row.string(8);
    record.created = row.instant(9);
    record.started = instantOrNone(row, 10);
    record.finished = instantOrNone(row, 11);
    return record;
  };
  co_return co_await readOne<CommandRecord>(database_, kFind, params, map);
}

void SqlCommandStore::create(jobs::UnitOfWork& unit, const CommandRecord& record) {
  const Value params[] = {
      record.userId,          record.command.taskId,   record.command.taskType,
      record.command.payload, record.command.priority, static_cast<int>(record.status),
      record.result,          record.errorCode,        record.error,
      record.attempts,        record.requestId,        record.created,
      record.started,         record.finished};
  SqlUnitOfWork::of(unit).guard(kCreate, params, kIsNew);
}

void SqlCommandStore::update(jobs::UnitOfWork& unit, const CommandProgress& progress) {
  const Value params[] = {progress.userId,   progress.taskId,    static_cast<int>(progress.status),
                          progress.attempts, progress.started,   progress.finished,
                          progress.result,   progress.errorCode, progress.error};
  SqlUnitOfWork::of(unit).add(kUpdate, params);
}

Task<Result<std::int64_t>> SqlCommandStore::removeBefore(base::Instant horizon, int limit) {
  const Value params[] = {horizon, limit};
  WriteBatch batch;
  batch.add(kExpire, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome.front().rows;
}

}  // namespace sw::sql
