#include "adapters/sql/event_rows.h"

#include "adapters/sql/event_codec.h"

namespace sw::sql {

base::Task<base::Result<void>> visitEventRows(Database& database, const Statement& statement,
                                              Params params, const calendar::EventVisitor& visit,
                                              ReadKind kind) {
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
  SW_CO_CHECK(co_await database.read(statement, params, sink, kind));
  if (!intact) co_return base::Error(base::Code::kCorrupted, "an event's row is damaged");
  co_return base::Result<void>();
}

}  // namespace sw::sql
