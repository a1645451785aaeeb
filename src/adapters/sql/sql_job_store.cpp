#include "adapters/sql/sql_job_store.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "adapters/sql/job_statements.h"
#include "adapters/sql/put_listener.h"
#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Instant;
using base::Result;
using base::Task;
using base::Uuid;
using jobs::Job;
using jobs::JobState;

constexpr Statement kPut{
    "jobs.put", Operation::kInsert,
    "INSERT INTO jobs (id, kind, key, user_id, state, priority, due, ready, attempts, fence, "
    "holder, payload, last_error, created, request_id, trace_parent) "
    "VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?6, 0, 0, '', ?7, '', ?8, ?9, ?10) "
    "ON CONFLICT (kind, key) WHERE key IS NOT NULL DO UPDATE SET user_id = excluded.user_id, "
    "state = 0, priority = excluded.priority, due = excluded.due, ready = excluded.ready, "
    "attempts = 0, fence = jobs.fence + 1, holder = '', payload = excluded.payload, "
    "last_error = '', created = excluded.created, request_id = excluded.request_id, "
    "trace_parent = excluded.trace_parent"};
constexpr Statement kCancel{"jobs.cancel", Operation::kDelete,
                            "DELETE FROM jobs WHERE kind = ?1 AND key = ?2"};
constexpr Statement kTakeOne{
    "jobs.take_one", Operation::kUpdate,
    "UPDATE jobs SET ready = ?3, holder = ?4, fence = fence + 1, attempts = attempts + 1 "
    "WHERE id = ?1 AND fence = ?2 AND state = 0 AND ready <= ?5"};
constexpr Statement kRenew{
    "jobs.renew", Operation::kUpdate,
    "UPDATE jobs SET ready = ?3 WHERE id = ?1 AND fence = ?2 AND state = 0 AND holder <> ''"};
constexpr Statement kFinish{"jobs.finish", Operation::kDelete,
                            "DELETE FROM jobs WHERE id = ?1 AND fence = ?2 AND state = 0"};
constexpr Statement kRetry{
    "jobs.retry", Operation::kUpdate,
    "UPDATE jobs SET ready = ?3, last_error = ?4, holder = '', fence = fence + 1 "
    "WHERE id = ?1 AND fence = ?2 AND state = 0"};
constexpr Statement kRelease{
    "jobs.release", Operation::kUpdate,
    "UPDATE jobs SET ready = ?3, attempts = attempts - 1, holder = '', fence = fence + 1 "
    "WHERE id = ?1 AND fence = ?2 AND state = 0"};
constexpr Statement kBury{
    "jobs.bury", Operation::kUpdate,
    "UPDATE jobs SET state = 1, ready = ?3, last_error = ?4, holder = '', fence = fence + 1 "
    "WHERE id = ?1 AND fence = ?2 AND state = 0"};
constexpr Statement kRevive{
    "jobs.revive", Operation::kUpdate,
    "UPDATE jobs SET state = 0, due = ?2, ready = ?2, attempts = 0, fence = fence + 1 "
    "WHERE id = ?1 AND state = 1"};
constexpr Statement kDrop{"jobs.drop", Operation::kDelete,
                          "DELETE FROM jobs WHERE id = ?1 AND state = 1"};
constexpr Statement kCensus{
    "jobs.census", Operation::kSelect,
    "SELECT kind, sum(waiting), sum(overdue), sum(dead), min(oldest) FROM ("
    "SELECT kind, count(*) AS waiting, sum(CASE WHEN ready < ?1 THEN 1 ELSE 0 END) AS overdue, "
    "0 AS dead, min(CASE WHEN ready < ?1 THEN ready END) AS oldest "
    "FROM jobs WHERE state = 0 GROUP BY kind "
    "UNION ALL SELECT kind, 0, 0, count(*), NULL FROM jobs WHERE state = 1 GROUP BY kind"
    ") AS counted GROUP BY kind ORDER BY kind",
    "SELECT kind, sum(waiting)::bigint, sum(overdue)::bigint, sum(dead)::bigint, min(oldest) FROM ("
    "SELECT kind, count(*) AS waiting, count(*) FILTER (WHERE ready < ?1::bigint) AS overdue, "
    "0::bigint AS dead, min(ready) FILTER (WHERE ready < ?1::bigint) AS oldest "
    "FROM jobs WHERE state = 0 GROUP BY kind "
    "UNION ALL SELECT kind, 0, 0, count(*), NULL FROM jobs WHERE state = 1 GROUP BY kind"
    ") AS counted GROUP BY kind ORDER BY kind"};

constexpr Expectation kHeld =
    Expectation::exactly(1, "the job was replaced, or its lease has been lost");
constexpr Expectation kIsDead =
    Expectation::exactly(1, "there is no dead job with this id", base::Code::kNotFound);

// Columns of `SW_JOB_COLUMNS`; what follows them is at kColumns.
constexpr int kColumns = 13;
Job toJob(const Row& row) {
  Job job;
  job.id = row.uuid(0);
  job.kind = row.string(1);
  job.key = row.string(2);
  job.userId = row.uuid(3);
  job.payload = row.string(4);
  job.priority = static_cast<int>(row.integer(5));
  job.due = row.instant(6);
  job.attempts = static_cast<int>(row.integer(7));
  job.fence = row.integer(8);
  job.lastError = row.string(9);
  job.created = row.instant(10);
  job.actor.requestId = row.string(11);
  job.actor.traceParent = row.string(12);
  return job;
}

struct Candidate {
  Job job;
  Instant ready;
};
Candidate toCandidate(const Row& row) { return {toJob(row), row.instant(kColumns)}; }

/// Where it stands among those that can be claimed.
auto placeOf(const Job& job, Instant ready, Instant now) {
  return std::tuple(jobs::urgency(job.priority, ready, now), ready, job.id);
}

std::string joined(const std::vector<jobs::JobStore::Wanted>& wanted, auto text) {
  std::string out;
  for (const auto& one : wanted) {
    if (!out.empty()) out += ',';
    out += text(one);
  }
  return out;
}

}  // namespace

SqlJobStore::SqlJobStore(Database& database)
    : database_(database), listener_(std::make_shared<PutListener>()) {}

SqlJobStore::~SqlJobStore() = default;

void SqlJobStore::put(jobs::UnitOfWork& unit, const Job& job) {
  const Value key = job.key.empty() ? Value() : Value(job.key);
  const Value params[] = {
      job.id,  job.kind,    key,         Value::idOrNull(job.userId), job.priority,
      job.due, job.payload, job.created, job.actor.requestId,         job.actor.traceParent};
  SqlUnitOfWork& own = SqlUnitOfWork::of(unit);
  own.add(kPut, params);
  own.tellPut(listener_, job.due);
}

void SqlJobStore::cancel(jobs::UnitOfWork& unit, std::string_view kind, std::string_view key) {
  const Value params[] = {kind, key};
  SqlUnitOfWork::of(unit).add(kCancel, params);
}

Task<Result<std::vector<Job>>> SqlJobStore::claim(const Claim& claim) {
  if (claim.wanted.empty() || claim.limit <= 0) co_return std::vector<Job>();
  if (database_.dialect() == Dialect::kSqlite) co_return co_await claimByGuards(claim);
  co_return co_await claimByLocks(claim);
}

Task<Result<std::vector<Job>>> SqlJobStore::claimByGuards(const Claim& claim) {
  std::vector<Candidate> due;
  for (const Wanted& wanted : claim.wanted) {
    const Value params[] = {wanted.kind, claim.now, std::min(wanted.limit, claim.limit)};
    const Statement& statement =
        wanted.ordered ? job_statements::kDueInOrder : job_statements::kDue;
    SW_CO_TRY(auto some, co_await readAll<Candidate>(database_, statement, params, toCandidate));
    std::ranges::move(some, std::back_inserter(due));
  }
  std::vector<Job> taken;
  if (due.empty()) co_return taken;
  std::ranges::sort(due, [&](const Candidate& one, const Candidate& other) {
    return placeOf(one.job, one.ready, claim.now) < placeOf(other.job, other.ready, claim.now);
  });
  if (due.size() > static_cast<std::size_t>(claim.limit)) {
    due.erase(due.begin() + claim.limit, due.end());
  }
  WriteBatch batch;
  for (const Candidate& one : due) {
    const Value params[] = {one.job.id, one.job.fence, claim.now + claim.lease, claim.holder,
                            claim.now};
    batch.add(kTakeOne, params);
  }
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (outcome[i].rows != 1) continue;
    Job& job = due[i].job;
    ++job.attempts;
    ++job.fence;
    taken.push_back(std::move(job));
  }
  co_return taken;
}

// As a read, since a write batch gives no rows: a statement outside of a transaction is one by
// itself (postgresql.org/docs/15/tutorial-transactions.html). Where the connection breaks after it,
// what it took waits for the end of the lease.
Task<Result<std::vector<Job>>> SqlJobStore::claimByLocks(const Claim& claim) {
  const std::string kinds = joined(claim.wanted, [](const Wanted& one) { return one.kind; });
  const std::string most =
      joined(claim.wanted, [](const Wanted& one) { return std::to_string(one.limit); });
  const std::string ordered =
      joined(claim.wanted, [](const Wanted& one) { return one.ordered ? "1" : "0"; });
  const Value params[] = {
      kinds, most, ordered, claim.now, claim.limit, claim.now + claim.lease, claim.holder};
  SW_CO_TRY(auto taken, co_await readAll<Job>(database_, job_statements::kTake, params, toJob));
  std::ranges::sort(taken, [&](const Job& one, const Job& other) {
    return placeOf(one, one.due, claim.now) < placeOf(other, other.due, claim.now);
  });
  co_return taken;
}

Task<Result<std::vector<Uuid>>> SqlJobStore::renew(const std::vector<Job>& jobs, Instant until) {
  std::vector<Uuid> lost;
  if (jobs.empty()) co_return lost;
  WriteBatch batch;
  for (const Job& job : jobs) {
    const Value params[] = {job.id, job.fence, until};
    batch.add(kRenew, params);
  }
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (outcome[i].rows != 1) lost.push_back(jobs[i].id);
  }
  co_return lost;
}

// The ends of a job are guards, so that a handler may put the next job under the same key.
void SqlJobStore::finish(jobs::UnitOfWork& unit, const Job& job) {
  const Value params[] = {job.id, job.fence};
  SqlUnitOfWork::of(unit).guard(kFinish, params, kHeld);
}

void SqlJobStore::retry(jobs::UnitOfWork& unit, const Job& job, Instant due,
                        const std::string& error) {
  const Value params[] = {job.id, job.fence, due, error};
  SqlUnitOfWork::of(unit).guard(kRetry, params, kHeld);
}

void SqlJobStore::release(jobs::UnitOfWork& unit, const Job& job, Instant due) {
  const Value params[] = {job.id, job.fence, due};
  SqlUnitOfWork::of(unit).guard(kRelease, params, kHeld);
}

void SqlJobStore::bury(jobs::UnitOfWork& unit, const Job& job, const std::string& error,
                       Instant now) {
  const Value params[] = {job.id, job.fence, now, error};
  SqlUnitOfWork::of(unit).guard(kBury, params, kHeld);
}

Task<Result<std::optional<Instant>>> SqlJobStore::nextDue(const std::vector<std::string>& kinds) {
  std::optional<Instant> next;
  const auto map = [](const Row& row) {
    return row.isNull(0) ? std::optional<Instant>() : row.instant(0);
  };
  for (const std::string& kind : kinds) {
    const Value params[] = {kind};
    SW_CO_TRY(const auto first, co_await readOne<std::optional<Instant>>(
                                    database_, job_statements::kNext, params, map));
    if (first && *first && (!next || **first < *next)) next = **first;
  }
  co_return next;
}

Task<Result<std::optional<jobs::JobStore::Found>>> SqlJobStore::find(std::string_view kind,
                                                                     std::string_view key) {
  const Value params[] = {kind, key};
  const auto map = [](const Row& row) {
    return Found{.job = toJob(row),
                 .state = row.integer(kColumns) == 0 ? JobState::kWaiting : JobState::kDead,
                 .next = row.instant(kColumns + 1),
                 .holder = row.string(kColumns + 2)};
  };
  co_return co_await readOne<Found>(database_, job_statements::kFind, params, map);
}

Task<Result<std::vector<Job>>> SqlJobStore::dead(Uuid before, int limit) {
  if (before.isNil()) before.bytes.fill(0xff);
  const Value params[] = {before, limit};
  co_return co_await readAll<Job>(database_, job_statements::kDead, params, toJob);
}

void SqlJobStore::revive(jobs::UnitOfWork& unit, Uuid id, Instant now) {
  const Value params[] = {id, now};
  SqlUnitOfWork& own = SqlUnitOfWork::of(unit);
  own.guard(kRevive, params, kIsDead);
  own.tellPut(listener_, now);
}

void SqlJobStore::drop(jobs::UnitOfWork& unit, Uuid id) {
  const Value params[] = {id};
  SqlUnitOfWork::of(unit).guard(kDrop, params, kIsDead);
}

Task<Result<std::vector<jobs::JobStore::Census>>> SqlJobStore::census(Instant now) {
  const Value params[] = {now};
  const auto map = [](const Row& row) {
    Census one;
    one.kind = row.string(0);
    one.waiting = row.integer(1);
    one.overdue = row.integer(2);
    one.dead = row.integer(3);
    if (!row.isNull(4)) one.oldestDue = row.instant(4);
    return one;
  };
  co_return co_await readAll<Census>(database_, kCensus, params, map, ReadKind::kLong);
}

void SqlJobStore::tellOfPuts(std::function<void(Instant)> listener) {
  listener_->set(std::move(listener));
}

}  // namespace sw::sql
