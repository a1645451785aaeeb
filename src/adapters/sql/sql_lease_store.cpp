#include "adapters/sql/sql_lease_store.h"

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Instant;
using base::Result;
using base::Task;
using jobs::Lease;

// Gives the fence to whoever got it, and no row to everybody else.
constexpr Statement kAcquire{
    "leases.acquire", Operation::kInsert,
    "INSERT INTO leases AS known (name, holder, fence, until) VALUES (?1, ?2, 1, ?4) "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = known.fence + 1, "
    "until = excluded.until WHERE known.until <= ?3 RETURNING fence"};
constexpr Statement kRenew{"leases.renew", Operation::kUpdate,
                           "UPDATE leases SET until = ?3 WHERE name = ?1 AND fence = ?2 "
                           "AND holder <> ''"};
// The row stays, for its fence.
constexpr Statement kRelease{"leases.release", Operation::kUpdate,
                             "UPDATE leases SET until = 0, holder = '' "
                             "WHERE name = ?1 AND fence = ?2"};
constexpr Statement kGuard{"leases.guard", Operation::kSelect,
                           "SELECT 1 FROM leases WHERE name = ?1 AND fence = ?2 AND holder <> ''",
                           "SELECT 1::bigint FROM leases WHERE name = ?1 AND fence = ?2 "
                           "AND holder <> '' FOR SHARE"};
constexpr Statement kList{"leases.list", Operation::kSelect,
                          "SELECT name, holder, fence, until FROM leases ORDER BY name"};

constexpr Expectation kHeld = Expectation::exactly(1, "the lease has gone to another");

}  // namespace

Task<Result<std::optional<Lease>>> SqlLeaseStore::acquire(const Request& request) {
  const Instant until = request.now + request.length;
  const Value params[] = {request.name, request.holder, request.now, until};
  WriteBatch batch;
  batch.add(kAcquire, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  std::optional<Lease> lease;
  if (outcome.front().value) {
    lease = Lease{.name = request.name,
                  .holder = request.holder,
                  .fence = *outcome.front().value,
                  .until = until};
  }
  co_return lease;
}

Task<Result<bool>> SqlLeaseStore::renew(const Lease& lease, Instant until) {
  const Value params[] = {lease.name, lease.fence, until};
  WriteBatch batch;
  batch.add(kRenew, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome.front().rows == 1;
}

Task<Result<void>> SqlLeaseStore::release(const Lease& lease) {
  const Value params[] = {lease.name, lease.fence};
  WriteBatch batch;
  batch.add(kRelease, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  static_cast<void>(outcome);
  co_return Result<void>();
}

void SqlLeaseStore::guard(jobs::UnitOfWork& unit, const Lease& lease) {
  const Value params[] = {lease.name, lease.fence};
  SqlUnitOfWork::of(unit).guard(kGuard, params, kHeld);
}

Task<Result<std::vector<Lease>>> SqlLeaseStore::list() {
  const auto map = [](const Row& row) {
    return Lease{.name = row.string(0),
                 .holder = row.string(1),
                 .fence = row.integer(2),
                 .until = row.instant(3)};
  };
  co_return co_await readAll<Lease>(database_, kList, Params(), map);
}

}  // namespace sw::sql
