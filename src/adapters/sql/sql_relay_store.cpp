#include "adapters/sql/sql_relay_store.h"

#include <utility>

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Instant;
using base::Result;
using base::Task;
using base::Uuid;

constexpr Statement kEnroll{"relay.enroll", Operation::kInsert,
                            "INSERT INTO relay_subscribers (name, since) VALUES (?1, ?2) "
                            "ON CONFLICT (name) DO NOTHING"};
constexpr Statement kSince{"relay.since", Operation::kSelect,
                           "SELECT since FROM relay_subscribers WHERE name = ?1"};

// Without a position: where the user's log begins for this subscriber. The log is short there (a
// user of whom nothing was told yet), or is read once.
constexpr Statement kStanding{
    "relay.standing", Operation::kSelect,
    "SELECT p.position, u.change_seq, CASE WHEN p.position IS NULL THEN "
    "COALESCE((SELECT MIN(c.seq) - 1 FROM changes c WHERE c.user_id = u.id AND c.at >= ?3), "
    "u.change_seq) ELSE 0 END "
    "FROM users u LEFT JOIN relay_positions p ON p.user_id = u.id AND p.subscriber = ?2 "
    "WHERE u.id = ?1"};

constexpr Statement kFirst{
    "relay.first_position", Operation::kInsert,
    "INSERT INTO relay_positions (user_id, subscriber, position) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, subscriber) DO NOTHING"};
constexpr Statement kAdvance{
    "relay.advance", Operation::kUpdate,
    "UPDATE relay_positions SET position = ?3 WHERE user_id = ?1 AND subscriber = ?2 "
    "AND position = ?4"};
constexpr Statement kRaise{
    "relay.raise", Operation::kInsert,
    "INSERT INTO relay_positions AS known (user_id, subscriber, position) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (user_id, subscriber) DO UPDATE SET position = excluded.position "
    "WHERE known.position < excluded.position"};

// Of a user without a position, the newest entry tells whether there is any to be told.
constexpr Statement kBehind{
    "relay.behind", Operation::kSelect,
    "SELECT u.id FROM users u "
    "LEFT JOIN relay_positions p ON p.user_id = u.id AND p.subscriber = ?1 "
    "WHERE u.id > ?2 AND u.change_seq > COALESCE(p.position, 0) AND (p.position IS NOT NULL OR "
    "(SELECT c.at FROM changes c WHERE c.user_id = u.id ORDER BY c.seq DESC LIMIT 1) >= ?3) "
    "ORDER BY u.id LIMIT ?4"};
constexpr Statement kNews{"relay.news", Operation::kSelect,
                          "SELECT user_id, MAX(seq) FROM changes WHERE at >= ?1 GROUP BY user_id"};

constexpr Expectation kStillThere =
    Expectation::exactly(1, "another copy has told these changes meanwhile");

}  // namespace

Task<Result<Instant>> SqlRelayStore::enroll(std::string_view subscriber,
                                            jobs::ChangeSubscriber::Start start, Instant now) {
  const Value name[] = {subscriber};
  const auto toInstant = [](const Row& row) { return row.instant(0); };
  SW_CO_TRY(const auto known, co_await readOne<Instant>(database_, kSince, name, toInstant));
  if (known) co_return *known;
  const bool fromNow = start == jobs::ChangeSubscriber::Start::kNow;
  const Instant since = fromNow ? now : Instant{};
  const Value params[] = {subscriber, since};
  WriteBatch batch;
  batch.add(kEnroll, params);
  SW_CO_CHECK(co_await database_.write(std::move(batch)));
  // Another copy may have enrolled it first.
  SW_CO_TRY(const auto settled, co_await readOne<Instant>(database_, kSince, name, toInstant));
  co_return settled.value_or(since);
}

Task<Result<jobs::RelayStore::Standing>> SqlRelayStore::standing(std::string_view subscriber,
                                                                 Uuid userId, Instant since) {
  const Value params[] = {userId, subscriber, since};
  const auto toStanding = [](const Row& row) {
    Standing standing;
    standing.recorded = !row.isNull(0);
    standing.position = standing.recorded ? row.integer(0) : row.integer(2);
    standing.last = row.integer(1);
    return standing;
  };
  SW_CO_TRY(const auto found, co_await readOne<Standing>(database_, kStanding, params, toStanding));
  co_return found.value_or(Standing{});
}

void SqlRelayStore::advance(jobs::UnitOfWork& unit, std::string_view subscriber, Uuid userId,
                            const Standing& from, std::int64_t to) {
  if (!from.recorded) {
    const Value params[] = {userId, subscriber, to};
    SqlUnitOfWork::of(unit).add(kFirst, params, kStillThere);
    return;
  }
  const Value params[] = {userId, subscriber, to, from.position};
  SqlUnitOfWork::of(unit).add(kAdvance, params, kStillThere);
}

void SqlRelayStore::raise(jobs::UnitOfWork& unit, std::string_view subscriber, Uuid userId,
                          std::int64_t to) {
  const Value params[] = {userId, subscriber, to};
  SqlUnitOfWork::of(unit).add(kRaise, params);
}

Task<Result<std::vector<Uuid>>> SqlRelayStore::behind(std::string_view subscriber, Instant since,
                                                      Uuid after, int limit) {
  const Value params[] = {subscriber, after, since, limit};
  const auto toId = [](const Row& row) { return row.uuid(0); };
  co_return co_await readAll<Uuid>(database_, kBehind, params, toId, ReadKind::kLong);
}

Task<Result<std::vector<jobs::RelayStore::News>>> SqlRelayStore::writtenSince(Instant since) {
  const Value params[] = {since};
  const auto toNews = [](const Row& row) { return News{row.uuid(0), row.integer(1)}; };
  co_return co_await readAll<News>(database_, kNews, params, toNews, ReadKind::kLong);
}

}  // namespace sw::sql
