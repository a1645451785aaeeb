#pragma once

#include <string_view>

#include "adapters/sql/sql_unit_of_work.h"
#include "base/uuid.h"
#include "calendar/event_store.h"

namespace sw::sql {

/// Adds a new row of events with its search text to `work`, which fails with `kConflict` when the
/// event exists already. `import`: the import that keeps it from being seen, nil for none.
void insertEvent(SqlUnitOfWork& work, const calendar::EventRecord& record,
                 std::string_view searchText, base::Uuid import);

/// Adds the removal of an event's search text, while its row is still there.
void removeEventText(SqlUnitOfWork& work, base::Uuid event);

}  // namespace sw::sql
