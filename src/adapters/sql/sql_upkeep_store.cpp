#include "adapters/sql/sql_upkeep_store.h"

#include "adapters/sql/event_codec.h"
#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;

constexpr Statement kProgress{"upkeep.progress", Operation::kSelect,
                              "SELECT progress FROM upkeep WHERE name = ?1"};
constexpr Statement kSetProgress{"upkeep.set_progress", Operation::kInsert,
                                 "INSERT INTO upkeep (name, progress) VALUES (?1, ?2) "
                                 "ON CONFLICT (name) DO UPDATE SET progress = excluded.progress"};
constexpr Statement kScanAll{
    "events.scan_all", Operation::kSelect,
    "SELECT id, calendar_id, span_start, span_end, ical_uid, attributes, document FROM events "
    "WHERE id > ?1 ORDER BY id LIMIT ?2"};
constexpr Statement kRestamp{"events.restamp", Operation::kUpdate,
                             "UPDATE events SET attributes = ?3 WHERE id = ?1 AND revision = ?2"};

constexpr Expectation kUnchanged = Expectation::exactly(1, "the event was changed meanwhile");

}  // namespace

Task<Result<std::optional<std::string>>> SqlUpkeepStore::progress(std::string_view name) {
  const Value params[] = {name};
  const auto map = [](const Row& row) { return row.string(0); };
  co_return co_await readOne<std::string>(database_, kProgress, params, map);
}

void SqlUpkeepStore::setProgress(jobs::UnitOfWork& unit, std::string_view name,
                                 std::string_view progress) {
  const Value params[] = {name, progress};
  SqlUnitOfWork::of(unit).add(kSetProgress, params);
}

Task<Result<void>> SqlUpkeepStore::scanAll(base::Uuid after, int limit,
                                           const calendar::EventVisitor& visit) {
  bool intact = true;
  calendar::EventRow event{};
  auto sink = [&](const Row& row) {
    event.id = row.uuid(0);
    event.calendarId = row.uuid(1);
    event.spanStart = row.seconds(2);
    event.spanEnd = row.seconds(3);
    event.icalUid = row.text(4);
    event.document = row.text(6);
    if (unpackAttributes(row.text(5), event)) {
      visit(event);
    } else {
      intact = false;
    }
  };
  const Value params[] = {after, limit};
  SW_CO_CHECK(co_await database_.read(kScanAll, params, sink, ReadKind::kLong));
  if (!intact) co_return base::Error(base::Code::kCorrupted, "an event's row is damaged");
  co_return Result<void>();
}

void SqlUpkeepStore::restamp(jobs::UnitOfWork& unit, const calendar::EventRecord& record) {
  const std::string attributes = packAttributes(record);
  const Value params[] = {record.id, record.revision, Value::blob(std::string_view(attributes))};
  SqlUnitOfWork::of(unit).add(kRestamp, params, kUnchanged);
}

}  // namespace sw::sql
