#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/sql/statement.h"
#include "base/uuid.h"

namespace sw::sql {

/// Search terms of an event's text, separated by spaces: its tokens, each begun by the end of its
/// calendar's id, so that one index serves all calendars and a search reads the terms of its own
/// alone (and of one whose id ends alike, which the caller leaves out).
std::string eventTerms(const base::Uuid& calendarId, std::string_view searchText);

/// The query that finds events of the calendars which have every token, the last as a prefix: in
/// the language of FTS5 or of tsquery. Both lists must not be empty.
std::string eventTermQuery(std::span<const base::Uuid> calendarIds,
                           std::span<const std::string> tokens, Dialect dialect);

}  // namespace sw::sql
