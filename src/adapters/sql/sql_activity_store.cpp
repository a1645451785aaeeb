#include "adapters/sql/sql_activity_store.h"

#include <chrono>
#include <utility>

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Instant;
using base::Result;
using base::Task;
using namespace std::chrono_literals;

constexpr Statement kNote{
    "activity.note", Operation::kInsert,
    "INSERT INTO user_activity AS known (user_id, seen) VALUES (?1, ?2) "
    "ON CONFLICT (user_id) DO UPDATE SET seen = excluded.seen WHERE known.seen < excluded.seen"};
constexpr Statement kCensus{
    "activity.census", Operation::kSelect,
    "SELECT COUNT(*) FILTER (WHERE seen > ?1), COUNT(*) FILTER (WHERE seen > ?2), COUNT(*) "
    "FROM user_activity WHERE seen > ?3"};
constexpr Statement kRemove{
    "activity.remove", Operation::kDelete,
    "DELETE FROM user_activity WHERE user_id IN "
    "(SELECT user_id FROM user_activity WHERE seen < ?1 ORDER BY user_id LIMIT ?2)"};

/// The earliest beginning, exclusive, of an hour that ends within the window.
Instant behind(Instant now, std::chrono::hours window) { return now - window - 1h; }

}  // namespace

Task<Result<void>> SqlActivityStore::note(std::vector<accounts::Sighting> sightings) {
  WriteBatch batch;
  for (const accounts::Sighting& one : sightings) {
    const Value params[] = {one.userId, one.hour};
    batch.add(kNote, params);
  }
  if (sightings.empty()) co_return Result<void>();
  const auto outcome = co_await database_.write(std::move(batch));
  if (!outcome.ok()) co_return outcome.error();
  co_return Result<void>();
}

Task<Result<accounts::ActivityStore::Census>> SqlActivityStore::census(Instant now) {
  const Value params[] = {behind(now, 24h), behind(now, 7 * 24h), behind(now, 30 * 24h)};
  const auto map = [](const Row& row) {
    return Census{.day = row.integer(0), .week = row.integer(1), .month = row.integer(2)};
  };
  SW_CO_TRY(const auto found,
            co_await readAll<Census>(database_, kCensus, params, map, ReadKind::kLong));
  co_return found.empty() ? Census{} : found.front();
}

Task<Result<std::int64_t>> SqlActivityStore::removeBefore(Instant horizon, int limit) {
  const Value params[] = {horizon, limit};
  WriteBatch batch;
  batch.add(kRemove, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome.front().rows;
}

}  // namespace sw::sql
