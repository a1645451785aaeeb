#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// How far each subscriber of the change log has come with each user; a user of whom it was never
// told anything has no row. `since` is from when on it is told of such users. `user_activity` is
// when a user was last seen, to the hour.
inline constexpr Migration kRelay{8, "relay", R"sql(
CREATE TABLE relay_subscribers (
  name {text} NOT NULL PRIMARY KEY,
  since {int} NOT NULL
) {clustered};

CREATE TABLE relay_positions (
  user_id {id} NOT NULL,
  subscriber {text} NOT NULL,
  position {int} NOT NULL,
  PRIMARY KEY (user_id, subscriber)
) {clustered};

CREATE TABLE user_activity (
  user_id {id} NOT NULL PRIMARY KEY,
  seen {int} NOT NULL
) {clustered};
CREATE INDEX user_activity_by_time ON user_activity (seen);
)sql"};

}  // namespace sw::sql::migrations
