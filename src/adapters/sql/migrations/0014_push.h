#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `sealed` is the address with its keys, encrypted; `fingerprint` a keyed hash of it, by which it
// is found again.
inline constexpr Migration kPush{14, "push", R"sql(
CREATE TABLE push_targets (
  id {id} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL,
  kind {int} NOT NULL,
  name {text} NOT NULL,
  server {text} NOT NULL,
  fingerprint {bytes} NOT NULL,
  sealed {bytes} NOT NULL,
  created {int} NOT NULL
) {clustered};
CREATE UNIQUE INDEX push_targets_once ON push_targets (user_id, fingerprint);
CREATE INDEX push_targets_by_address ON push_targets (fingerprint);
)sql"};

}  // namespace sw::sql::migrations
