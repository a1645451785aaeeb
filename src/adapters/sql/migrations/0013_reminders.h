#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `reminders`: one row for each occasion and lead. States 0 to 2 wait (planned, snoozed, gathered),
// the rest is history. `channels` is a list with spaces between.
inline constexpr Migration kReminders{13, "reminders", R"sql(
CREATE TABLE reminders (
  id {id} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL,
  kind {int} NOT NULL,
  resource_id {id} NOT NULL,
  occasion_key {text} NOT NULL,
  occasion {int} NOT NULL,
  lead {int} NOT NULL,
  scheduled {int} NOT NULL,
  due {int} NOT NULL,
  expires {int} NOT NULL,
  title {text} NOT NULL,
  channels {text} NOT NULL,
  state {int} NOT NULL,
  reason {int} NOT NULL,
  told {int} NOT NULL,
  message_id {id},
  snoozes {int} NOT NULL,
  revision {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};
CREATE UNIQUE INDEX reminders_once ON reminders (resource_id, occasion_key, lead);
CREATE UNIQUE INDEX reminders_planned ON reminders (resource_id) WHERE state = 0;
CREATE INDEX reminders_waiting ON reminders (user_id, due, id) WHERE state < 3;
CREATE INDEX reminders_past ON reminders (user_id, due, id) WHERE state > 2;
CREATE INDEX reminders_gathered ON reminders (user_id, due) WHERE state = 2;
CREATE INDEX reminders_old ON reminders (told) WHERE state > 2;

CREATE TABLE reminder_deliveries (
  message_id {id} NOT NULL,
  channel {text} NOT NULL,
  user_id {id} NOT NULL,
  state {int} NOT NULL,
  attempts {int} NOT NULL,
  error {text} NOT NULL,
  updated {int} NOT NULL,
  PRIMARY KEY (message_id, channel)
) {clustered};
CREATE INDEX reminder_deliveries_old ON reminder_deliveries (updated);
)sql"};

}  // namespace sw::sql::migrations
