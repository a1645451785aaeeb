#pragma once

#include "adapters/sql/database.h"
#include "calendar/event_store.h"

namespace sw::sql {

/// Reads events and shows each to `visit`, whose views hold during that call alone. The statement
/// selects, in this order: id, calendar_id, span_start, span_end, ical_uid, attributes, document.
/// Fails as the read does, and with `kCorrupted` after the last row when one was damaged (which is
/// not shown). `statement`, what `params` points to and `visit` must outlive the task.
base::Task<base::Result<void>> visitEventRows(Database& database, const Statement& statement,
                                              Params params, const calendar::EventVisitor& visit,
                                              ReadKind kind = ReadKind::kShort);

}  // namespace sw::sql
