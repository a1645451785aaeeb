#include "adapters/sql/sql_change_log.h"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using jobs::Change;
using jobs::IdempotencyKey;
using jobs::IdempotencyStore;
using jobs::IdempotentAnswer;

constexpr Statement kRead{
    "changes.read", Operation::kSelect,
    "SELECT user_id, seq, type, resource_id, calendar_id, revision, at, request_id, trace_parent, "
    "part FROM changes WHERE user_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"};
constexpr Statement kEnds{"users.change_ends", Operation::kSelect,
                          "SELECT change_seq, change_floor FROM users WHERE id = ?1"};
constexpr Statement kOldest{
    "changes.oldest", Operation::kSelect,
    "SELECT user_id, seq FROM changes WHERE at < ?1 ORDER BY at, user_id, seq LIMIT ?2"};
constexpr Statement kDelete{"changes.delete", Operation::kDelete,
                            "DELETE FROM changes WHERE user_id = ?1 AND seq = ?2"};
constexpr Statement kRaiseFloor{
    "users.raise_change_floor", Operation::kUpdate,
    "UPDATE users SET change_floor = ?2 WHERE id = ?1 AND change_floor < ?2"};
constexpr Statement kForgetTombstones{
    "tombstones.expire", Operation::kDelete,
    "DELETE FROM tombstones WHERE resource_id IN "
    "(SELECT resource_id FROM tombstones WHERE removed < ?1 ORDER BY removed LIMIT ?2)"};

constexpr Statement kFindAnswer{
    "idempotency.find", Operation::kSelect,
    "SELECT request_hash, status, content_type, headers, body FROM idempotency "
    "WHERE user_id = ?1 AND scope = ?2 AND key = ?3 AND at > ?4"};
// An answer past its retention that has not been removed yet does not hold the key.
constexpr Statement kRecordAnswer{
    "idempotency.record", Operation::kInsert,
    "INSERT INTO idempotency AS known (user_id, scope, key, request_hash, status, content_type, "
    "headers, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (user_id, scope, key) DO UPDATE SET request_hash = excluded.request_hash, "
    "status = excluded.status, content_type = excluded.content_type, headers = excluded.headers, "
    "body = excluded.body, at = excluded.at WHERE known.at <= ?10"};
constexpr Statement kExpireAnswers{
    "idempotency.expire", Operation::kDelete,
    "DELETE FROM idempotency WHERE (user_id, scope, key) IN "
    "(SELECT user_id, scope, key FROM idempotency WHERE at <= ?1 ORDER BY at LIMIT ?2)"};

Change toChange(const Row& row) {
  Change change;
  change.userId = row.uuid(0);
  change.number = row.integer(1);
  change.type = row.string(2);
  change.resourceId = row.uuid(3);
  change.calendarId = row.uuid(4);
  change.revision = row.integer(5);
  change.at = row.instant(6);
  change.requestId = row.string(7);
  change.traceParent = row.string(8);
  change.part = row.string(9);
  return change;
}

struct Ends {
  std::int64_t last;
  std::int64_t floor;
};
Ends toEnds(const Row& row) { return {row.integer(0), row.integer(1)}; }

}  // namespace

void SqlChangeLog::append(jobs::UnitOfWork& unit, Change change) {
  SqlUnitOfWork::of(unit).append(std::move(change));
}

Task<Result<std::vector<Change>>> SqlChangeLog::read(Position position, int limit) {
  const Value page[] = {position.userId, position.after, limit};
  SW_CO_TRY(auto changes, co_await readAll<Change>(database_, kRead, page, toChange));
  if (position.after == kOldestKept) co_return changes;
  // Asked after reading, so that entries which were removed in between are noticed. A page that
  // goes on without a gap needs no question.
  if (!changes.empty() && changes.front().number == position.after + 1) co_return changes;
  const Value user[] = {position.userId};
  SW_CO_TRY(const auto ends, co_await readOne<Ends>(database_, kEnds, user, toEnds));
  if (ends && position.after < ends->floor) {
    co_return base::Error(base::Code::kGone, "changes after that position have been removed");
  }
  co_return changes;
}

Task<Result<std::int64_t>> SqlChangeLog::last(base::Uuid userId) {
  const Value params[] = {userId};
  SW_CO_TRY(const auto ends, co_await readOne<Ends>(database_, kEnds, params, toEnds));
  co_return ends ? ends->last : 0;
}

Task<Result<std::int64_t>> SqlChangeLog::removeBefore(base::Instant horizon, int limit) {
  struct Key {
    base::Uuid userId;
    std::int64_t number;
  };
  const Value range[] = {horizon, limit};
  const auto toKey = [](const Row& row) { return Key{row.uuid(0), row.integer(1)}; };
  SW_CO_TRY(const auto oldest,
            co_await readAll<Key>(database_, kOldest, range, toKey, ReadKind::kLong));
  WriteBatch batch;
  std::map<base::Uuid, std::int64_t> floors;
  for (const Key& key : oldest) {
    const Value params[] = {key.userId, key.number};
    batch.add(kDelete, params);
    std::int64_t& floor = floors[key.userId];
    floor = std::max(floor, key.number);
  }
  for (const auto& [userId, floor] : floors) {
    const Value params[] = {userId, floor};
    batch.add(kRaiseFloor, params);
  }
  batch.add(kForgetTombstones, range);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  std::int64_t removed = 0;
  for (std::size_t i = 0; i < oldest.size(); ++i) removed += outcome[i].rows;
  co_return removed;
}

Task<Result<std::optional<IdempotentAnswer>>> SqlIdempotencyStore::find(const IdempotencyKey& key) {
  const Value params[] = {key.userId, key.scope, key.key, clock_.now() - kRetention};
  const auto map = [](const Row& row) {
    IdempotentAnswer answer;
    row.copyBytes(0, answer.requestHash);
    answer.status = static_cast<int>(row.integer(1));
    answer.contentType = row.string(2);
    answer.headers = row.string(3);
    answer.body = row.string(4);
    return answer;
  };
  co_return co_await readOne<IdempotentAnswer>(database_, kFindAnswer, params, map);
}

void SqlIdempotencyStore::record(jobs::UnitOfWork& unit, const IdempotencyKey& key,
                                 const IdempotentAnswer& answer, base::Instant now) {
  const Value params[] = {
      key.userId,    key.scope,          key.key,        Value::blob(std::span(answer.requestHash)),
      answer.status, answer.contentType, answer.headers, Value::blob(std::string_view(answer.body)),
      now,           now - kRetention};
  SqlUnitOfWork::of(unit).addAfterChecks(kRecordAnswer, params,
                                         Expectation::exactly(1, "the idempotency key is in use"));
}

Task<Result<std::int64_t>> SqlIdempotencyStore::removeExpired(base::Instant now, int limit) {
  const Value params[] = {now - kRetention, limit};
  WriteBatch batch;
  batch.add(kExpireAnswers, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome.front().rows;
}

}  // namespace sw::sql
