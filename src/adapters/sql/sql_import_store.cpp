#include "adapters/sql/sql_import_store.h"

#include <optional>
#include <string>
#include <utility>

#include "adapters/sql/event_insert.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "jobs/event_types.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;

enum class State : std::int64_t { kStaging = 0, kPublished = 1, kDiscarding = 2 };

constexpr std::int64_t number(State state) { return static_cast<std::int64_t>(state); }

constexpr Statement kBegin{
    "imports.begin", Operation::kInsert,
    "INSERT INTO imports (id, calendar_id, owner_id, state, expires, request_id, trace_parent) "
    "VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)"};
constexpr Statement kHold{"imports.hold", Operation::kUpdate,
                          "UPDATE imports SET expires = ?2 WHERE id = ?1 AND state = ?3"};
constexpr Statement kPublish{
    "imports.publish", Operation::kUpdate,
    "UPDATE imports SET state = 1, expires = ?2 WHERE id = ?1 AND state = 0"};
constexpr Statement kDiscard{
    "imports.discard", Operation::kUpdate,
    "UPDATE imports SET state = 2, expires = ?2 WHERE id = ?1 AND state <> 1"};
constexpr Statement kForget{"imports.forget", Operation::kDelete,
                            "DELETE FROM imports WHERE id = ?1 AND state = ?2"};
constexpr Statement kLeft{
    "imports.left", Operation::kSelect,
    "SELECT id, calendar_id, state FROM imports WHERE expires < ?1 ORDER BY id"};
constexpr Statement kHeader{
    "imports.find", Operation::kSelect,
    "SELECT calendar_id, owner_id, state, request_id, trace_parent FROM imports WHERE id = ?1"};

// Holds every writer of the calendar's events off until the import is published with the rest.
constexpr Statement kLockCalendar{"calendars.lock", Operation::kSelect,
                                  "SELECT id FROM calendars WHERE id = ?1",
                                  "SELECT id FROM calendars WHERE id = ?1 FOR UPDATE"};
// ?1 owner, ?2 calendar, ?3 entry of the change log, ?4 import. Of what was written since, events
// that share their UID with one that is staged.
constexpr Statement kDoubled{
    "imports.doubled", Operation::kSelect,
    "SELECT e.id FROM changes AS c CROSS JOIN events AS e CROSS JOIN events AS s INDEXED BY "
    "events_by_uid WHERE c.user_id = ?1 AND c.seq > ?3 AND c.calendar_id = ?2 "
    "AND e.id = c.resource_id AND e.staged IS NULL "
    "AND s.calendar_id = ?2 AND s.ical_uid = e.ical_uid AND s.staged = ?4 LIMIT 1",
    "SELECT e.id FROM changes AS c JOIN events AS e ON e.id = c.resource_id "
    "JOIN events AS s ON s.ical_uid = e.ical_uid "
    "WHERE c.user_id = ?1 AND c.seq > ?3 AND c.calendar_id = ?2 AND e.staged IS NULL "
    "AND s.calendar_id = ?2 AND s.staged = ?4 LIMIT 1"};

constexpr Statement kStaged{
    "events.staged", Operation::kSelect,
    "SELECT id, series_id, revision, calendar_id FROM events WHERE staged = ?1 ORDER BY id "
    "LIMIT ?2"};
constexpr Statement kSettle{"events.settle", Operation::kUpdate,
                            "UPDATE events SET staged = NULL, level = level % 16 "
                            "WHERE id = ?1 AND staged = ?2"};
constexpr Statement kRemoveStaged{"events.remove_staged", Operation::kDelete,
                                  "DELETE FROM events WHERE id = ?1 AND staged = ?2"};

constexpr Expectation kOneAtATime =
    Expectation::exactly(1, "another import into this calendar is still running");
constexpr Expectation kStillMine = Expectation::exactly(1, "the import was given up meanwhile");
constexpr Expectation kStillThere = Expectation::exactly(1, "the calendar is gone");
constexpr Expectation kNotDoubled =
    Expectation::noRow("an event that the import has too was written meanwhile");
constexpr Expectation kNotSettled = Expectation::exactly(1, "the row was settled meanwhile");

base::Instant patienceFrom(base::Instant now) { return now + calendar::ImportStore::kPatience; }

}  // namespace

struct SqlImportStore::Header {
  base::Uuid calendarId;
  base::Uuid ownerId;
  State state;
  std::string requestId;
  std::string traceParent;
};

struct SqlImportStore::Staged {
  base::Uuid id;
  bool ofSeries;
  std::int64_t revision;
  base::Uuid calendarId;
};

void SqlImportStore::begin(jobs::UnitOfWork& unit, base::Uuid import,
                           const calendar::Calendar& calendar, const jobs::Actor& actor,
                           base::Instant now) {
  const Value params[] = {import,          calendar.id,      calendar.ownerId, patienceFrom(now),
                          actor.requestId, actor.traceParent};
  SqlUnitOfWork::of(unit).add(kBegin, params, kOneAtATime);
}

void SqlImportStore::stage(jobs::UnitOfWork& unit, base::Uuid import,
                           const calendar::EventRecord& record, std::string_view searchText) {
  insertEvent(SqlUnitOfWork::of(unit), record, searchText, import);
}

void SqlImportStore::hold(jobs::UnitOfWork& unit, base::Uuid import, base::Instant now) {
  const Value params[] = {import, patienceFrom(now), number(State::kStaging)};
  SqlUnitOfWork::of(unit).guard(kHold, params, kStillMine);
}

void SqlImportStore::publish(jobs::UnitOfWork& unit, base::Uuid import,
                             const calendar::Calendar& calendar, std::int64_t after,
                             base::Instant now) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value locked[] = {calendar.id};
  work.guard(kLockCalendar, locked, kStillThere);
  const Value doubled[] = {calendar.ownerId, calendar.id, after, import};
  work.guard(kDoubled, doubled, kNotDoubled);
  const Value published[] = {import, patienceFrom(now)};
  work.add(kPublish, published, kStillMine);
  work.touchCalendar(calendar.id);
}

Task<Result<std::vector<SqlImportStore::Staged>>> SqlImportStore::staged(base::Uuid import,
                                                                         int limit) {
  const Value params[] = {import, limit};
  const auto map = [](const Row& row) {
    return Staged{row.uuid(0), !row.isNull(1), row.integer(2), row.uuid(3)};
  };
  co_return co_await readAll<Staged>(database_, kStaged, params, map);
}

Task<Result<std::int64_t>> SqlImportStore::settle(base::Uuid import, int limit, base::Instant now) {
  const Value found[] = {import};
  const auto toHeader = [](const Row& row) {
    return Header{row.uuid(0), row.uuid(1), static_cast<State>(row.integer(2)), row.string(3),
                  row.string(4)};
  };
  SW_CO_TRY(const auto header, co_await readOne<Header>(database_, kHeader, found, toHeader));
  if (!header) co_return std::int64_t{0};
  SW_CO_TRY(const auto rows, co_await staged(import, limit));
  SqlUnitOfWork unit(database_);
  if (rows.empty()) {
    const Value forgotten[] = {import, number(State::kPublished)};
    unit.add(kForget, forgotten);
  } else {
    const Value held[] = {import, patienceFrom(now), number(State::kPublished)};
    unit.guard(kHold, held, kStillMine);
  }
  for (const Staged& row : rows) {
    const Value params[] = {row.id, import};
    unit.add(kSettle, params, kNotSettled);
    if (row.ofSeries) continue;  // told of with its series
    unit.append({header->ownerId, 0, std::string(jobs::event_type::kCalendarEventCreated), row.id,
                 row.calendarId, row.revision, now, header->requestId, header->traceParent});
  }
  SW_CO_CHECK(co_await unit.commit());
  co_return static_cast<std::int64_t>(rows.size());
}

Task<Result<std::int64_t>> SqlImportStore::discard(base::Uuid import, int limit,
                                                   base::Instant now) {
  SqlUnitOfWork end(database_);
  const Value ended[] = {import, patienceFrom(now)};
  end.add(kDiscard, ended, kStillMine);
  SW_CO_CHECK(co_await end.commit());
  SW_CO_TRY(const auto rows, co_await staged(import, limit));
  SqlUnitOfWork unit(database_);
  for (const Staged& row : rows) {
    removeEventText(unit, row.id);
    const Value params[] = {row.id, import};
    unit.add(kRemoveStaged, params, kNotSettled);
  }
  const Value forgotten[] = {import, number(State::kDiscarding)};
  if (rows.empty()) unit.add(kForget, forgotten);
  SW_CO_CHECK(co_await unit.commit());
  co_return static_cast<std::int64_t>(rows.size());
}

Task<Result<std::vector<calendar::ImportStore::Left>>> SqlImportStore::left(base::Instant now) {
  const Value params[] = {now};
  const auto map = [](const Row& row) {
    return Left{row.uuid(0), row.uuid(1), static_cast<State>(row.integer(2)) == State::kPublished};
  };
  co_return co_await readAll<Left>(database_, kLeft, params, map);
}

}  // namespace sw::sql
