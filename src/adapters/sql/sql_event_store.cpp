#include "adapters/sql/sql_event_store.h"

#include "adapters/sql/event_codec.h"
#include "adapters/sql/event_insert.h"
#include "adapters/sql/event_levels.h"
#include "adapters/sql/event_rows.h"
#include "adapters/sql/event_statements.h"
#include "adapters/sql/event_terms.h"
#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using calendar::EventRecord;
using calendar::EventVisitor;
namespace statements = event_statements;

constexpr Expectation kUnchanged = Expectation::exactly(1, "the event was changed meanwhile");

}  // namespace

Task<Result<void>> SqlEventStore::find(base::Uuid id, const EventVisitor& visit) {
  const Value params[] = {id};
  co_return co_await visitEventRows(database_, statements::kFind, params, visit);
}

Task<Result<void>> SqlEventStore::window(base::Uuid calendarId, base::UtcSeconds from,
                                         base::UtcSeconds to, const EventVisitor& visit) {
  const std::int64_t start = from.time_since_epoch().count();
  const Value params[] = {calendarId,
                          start,
                          to,
                          start - kLevelLongest[0],
                          start - kLevelLongest[1],
                          start - kLevelLongest[2],
                          start - kLevelLongest[3],
                          start - kLevelLongest[4]};
  co_return co_await visitEventRows(database_, statements::kWindow, params, visit);
}

Task<Result<void>> SqlEventStore::overridesOf(base::Uuid seriesId, const EventVisitor& visit) {
  const Value params[] = {seriesId};
  co_return co_await visitEventRows(database_, statements::kOverrides, params, visit);
}

Task<Result<void>> SqlEventStore::byUid(base::Uuid calendarId, std::string_view icalUid,
                                        const EventVisitor& visit) {
  const Value params[] = {calendarId, icalUid};
  co_return co_await visitEventRows(database_, statements::kByUid, params, visit);
}

Task<Result<void>> SqlEventStore::scan(base::Uuid calendarId, base::Uuid after, int limit,
                                       const EventVisitor& visit) {
  const Value params[] = {calendarId, after, limit};
  co_return co_await visitEventRows(database_, statements::kScan, params, visit, ReadKind::kLong);
}

Task<Result<void>> SqlEventStore::search(std::span<const base::Uuid> calendarIds,
                                         std::span<const std::string> tokens, base::Uuid after,
                                         int limit, const EventVisitor& visit) {
  if (calendarIds.empty() || tokens.empty()) co_return Result<void>();
  const std::string query = eventTermQuery(calendarIds, tokens, database_.dialect());
  const Value params[] = {query, after, limit};
  co_return co_await visitEventRows(database_, statements::kSearch, params, visit, ReadKind::kLong);
}

void SqlEventStore::put(jobs::UnitOfWork& unit, const EventRecord& record,
                        std::string_view searchText) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  work.touchCalendar(record.calendarId);
  if (record.revision == 1) return insertEvent(work, record, searchText, {});
  const bool sqlite = work.dialect() == Dialect::kSqlite;
  const std::string attributes = packAttributes(record);
  const std::string terms = eventTerms(record.calendarId, searchText);
  const bool ofSeries = !record.seriesId.isNil();
  const Value row[] = {record.calendarId,
                       levelOf(record.spanStart, record.spanEnd),
                       record.spanStart,
                       record.id,
                       record.spanEnd,
                       record.revision,
                       Value::idOrNull(record.seriesId),
                       ofSeries ? Value(record.originalKey) : Value(),
                       record.icalUid,
                       Value::blob(std::string_view(attributes)),
                       record.document};
  const Value before[] = {record.id, record.revision - 1};
  work.add(statements::kHasRevision, before, kUnchanged);
  const Value moved[] = {record.id, record.calendarId};
  work.add(statements::kTouchLeft, moved);
  const Value text[] = {record.id, terms, record.calendarId};
  if (sqlite) {
    work.add(statements::kUnindexChanged, Params(text).first(2));
    work.add(statements::kIndexChanged, Params(text).first(2));
  }
  work.add(statements::kUpdateText, text);
  work.add(statements::kUpdate, row, kUnchanged);
}

void SqlEventStore::remove(jobs::UnitOfWork& unit, const EventRecord& record, base::Instant now) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value event[] = {record.id, record.revision};
  work.add(statements::kHasRevision, event, kUnchanged);
  if (work.dialect() == Dialect::kSqlite) work.add(statements::kUnindex, Params(event).first(1));
  work.add(statements::kDeleteText, Params(event).first(1));
  work.add(statements::kDelete, event, kUnchanged);
  const Value tombstone[] = {record.id, record.calendarId, record.icalUid, record.revision, now};
  work.add(statements::kBury, tombstone);
  work.touchCalendar(record.calendarId);
}

void SqlEventStore::expectVersion(jobs::UnitOfWork& unit, base::Uuid calendarId,
                                  std::int64_t version) {
  const Value params[] = {calendarId, version};
  SqlUnitOfWork::of(unit).guard(statements::kExpectVersion, params,
                                Expectation::exactly(1, "the calendar was changed meanwhile"));
}

Task<Result<std::int64_t>> SqlEventStore::version(base::Uuid calendarId) {
  const Value params[] = {calendarId};
  std::int64_t version = 0;
  auto sink = [&](const Row& row) { version = row.integer(0); };
  SW_CO_CHECK(co_await database_.read(statements::kVersion, params, sink));
  co_return version;
}

}  // namespace sw::sql
