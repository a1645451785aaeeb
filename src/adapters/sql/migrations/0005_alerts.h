#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `alert_notices` is what has been told, changed by compare and set on `revision`;
// `alert_sightings` which copy sees an alert's condition hold; `alert_history` the incidents and
// drills of the past, a row each.
inline constexpr Migration kAlerts{5, "alerts", R"sql(
CREATE TABLE alert_notices (
  fingerprint {text} NOT NULL PRIMARY KEY,
  alert {text} NOT NULL,
  labels {text} NOT NULL,
  instance {text} NOT NULL,
  description {text} NOT NULL,
  value {real} NOT NULL,
  threshold {real} NOT NULL,
  told {int} NOT NULL,
  since {int} NOT NULL,
  ended {int},
  told_at {int} NOT NULL,
  claimed_until {int} NOT NULL,
  changed {int} NOT NULL,
  revision {int} NOT NULL
) {clustered};

CREATE TABLE alert_sightings (
  fingerprint {text} NOT NULL,
  instance {text} NOT NULL,
  seen {int} NOT NULL,
  PRIMARY KEY (fingerprint, instance)
) {clustered};

CREATE TABLE alert_history (
  fingerprint {text} NOT NULL,
  started {int} NOT NULL,
  alert {text} NOT NULL,
  labels {text} NOT NULL,
  instance {text} NOT NULL,
  description {text} NOT NULL,
  value {real} NOT NULL,
  threshold {real} NOT NULL,
  ended {int},
  PRIMARY KEY (fingerprint, started)
) {clustered};
CREATE INDEX alert_history_by_time ON alert_history (started);

CREATE TABLE process_starts (
  instance {text} NOT NULL,
  started {int} NOT NULL,
  PRIMARY KEY (instance, started)
) {clustered};
CREATE INDEX process_starts_by_time ON process_starts (started);
)sql"};

}  // namespace sw::sql::migrations
