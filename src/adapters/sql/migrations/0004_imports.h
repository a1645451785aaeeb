#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// An import writes its new events piece by piece, each with the import's id in `staged` and in a
// level of its own (event_levels.h): readers pass over such rows until the import's `state` is 1
// (published). They are settled piece by piece after that, which makes them rows like all others
// and appends to the change log; see docs/adr/0008. `changes.part` names the part of the resource
// that changed, as an occurrence of a series. `upkeep` keeps how far work on everything there is
// has come.
inline constexpr Migration kImports{4, "imports", R"sql(
CREATE TABLE imports (
  id {id} NOT NULL PRIMARY KEY,
  calendar_id {id} NOT NULL UNIQUE,
  owner_id {id} NOT NULL,
  state {int} NOT NULL,
  expires {int} NOT NULL,
  request_id {text} NOT NULL,
  trace_parent {text} NOT NULL
) {clustered};

ALTER TABLE events ADD COLUMN staged {id};
CREATE INDEX events_staged ON events (staged, id) WHERE staged IS NOT NULL;

ALTER TABLE changes ADD COLUMN part {text} NOT NULL DEFAULT '';

CREATE TABLE upkeep (
  name {text} NOT NULL PRIMARY KEY,
  progress {text} NOT NULL
) {clustered};
)sql"};

}  // namespace sw::sql::migrations
