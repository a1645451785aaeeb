#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `next_due` and `day` are days since 1970. What is counted of a habit (`state`) stands in its row,
// so that a completion reads and writes one row and adds one entry. `next_due` and `streak_days`
// are as of the last write: a date that has passed since says that it was missed, and from
// `streak_until` on the streak is over. So no row is written anew at midnight.
inline constexpr Migration kHabits{11, "habits", R"sql(
CREATE TABLE habits (
  user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id {id} NOT NULL,
  revision {int} NOT NULL,
  archived {int} NOT NULL,
  next_due {int},
  streak_days {int} NOT NULL,
  streak_until {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL,
  state {text} NOT NULL,
  content {text} NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX habits_by_due ON habits (user_id, next_due, id) WHERE next_due IS NOT NULL;

CREATE TABLE habit_entries (
  habit_id {id} NOT NULL,
  day {int} NOT NULL,
  status {int} NOT NULL,
  amount {real} NOT NULL,
  note {text} NOT NULL,
  time_zone {text} NOT NULL,
  at {int} NOT NULL,
  back_dated {int} NOT NULL,
  flown_over {int} NOT NULL,
  PRIMARY KEY (habit_id, day)
) {clustered};
)sql"};

}  // namespace sw::sql::migrations
