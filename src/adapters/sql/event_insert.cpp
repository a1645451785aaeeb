#include "adapters/sql/event_insert.h"

#include <string>

#include "adapters/sql/event_codec.h"
#include "adapters/sql/event_levels.h"
#include "adapters/sql/event_statements.h"
#include "adapters/sql/event_terms.h"

namespace sw::sql {
namespace {

namespace statements = event_statements;

constexpr Expectation kNew = Expectation::exactly(1, "the event exists already");

}  // namespace

void insertEvent(SqlUnitOfWork& work, const calendar::EventRecord& record,
                 std::string_view searchText, base::Uuid import) {
  const std::int64_t level = levelOf(record.spanStart, record.spanEnd);
  const std::string attributes = packAttributes(record);
  const std::string terms = eventTerms(record.calendarId, searchText);
  const Value row[] = {record.calendarId,
                       level + (import.isNil() ? 0 : kStagedLevels),
                       record.spanStart,
                       record.id,
                       record.spanEnd,
                       record.revision,
                       Value::idOrNull(record.seriesId),
                       record.seriesId.isNil() ? Value() : Value(record.originalKey),
                       record.icalUid,
                       Value::blob(std::string_view(attributes)),
                       record.document,
                       Value::idOrNull(import)};
  work.add(statements::kInsert, row, kNew);
  const Value text[] = {record.calendarId, record.id, terms};
  work.add(statements::kInsertText, text, kNew);
  const Value indexed[] = {terms};
  if (work.dialect() == Dialect::kSqlite) work.add(statements::kIndexNew, indexed);
}

void removeEventText(SqlUnitOfWork& work, base::Uuid event) {
  const Value params[] = {event};
  if (work.dialect() == Dialect::kSqlite) work.add(statements::kUnindex, params);
  work.add(statements::kDeleteText, params);
}

}  // namespace sw::sql
