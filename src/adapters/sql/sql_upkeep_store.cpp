#include "adapters/sql/sql_upkeep_store.h"

#include "adapters/sql/event_codec.h"
#include "adapters/sql/event_rows.h"
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
  const Value params[] = {after, limit};
  co_return co_await visitEventRows(database_, kScanAll, params, visit, ReadKind::kLong);
}

void SqlUpkeepStore::restamp(jobs::UnitOfWork& unit, const calendar::EventRecord& record) {
  const std::string attributes = packAttributes(record);
  const Value params[] = {record.id, record.revision, Value::blob(std::string_view(attributes))};
  SqlUnitOfWork::of(unit).add(kRestamp, params, kUnchanged);
}

}  // namespace sw::sql
