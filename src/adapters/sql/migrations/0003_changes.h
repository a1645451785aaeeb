#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `changes` is the change log and the outbox. `leases.fence` grows by one with every new holder.
inline constexpr Migration kChanges{3, "changes", R"sql(
CREATE TABLE changes (
  user_id {id} NOT NULL,
  seq {int} NOT NULL,
  type {text} NOT NULL,
  resource_id {id} NOT NULL,
  calendar_id {id},
  revision {int} NOT NULL,
  at {int} NOT NULL,
  request_id {text} NOT NULL,
  trace_parent {text} NOT NULL,
  PRIMARY KEY (user_id, seq)
) {clustered};
CREATE INDEX changes_by_time ON changes (at);

CREATE TABLE idempotency (
  user_id {id} NOT NULL,
  scope {text} NOT NULL,
  key {text} NOT NULL,
  request_hash {bytes} NOT NULL,
  status {int} NOT NULL,
  content_type {text} NOT NULL,
  headers {text} NOT NULL,
  body {bytes} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (user_id, scope, key)
) {clustered};
CREATE INDEX idempotency_by_time ON idempotency (at);

CREATE TABLE leases (
  name {text} NOT NULL PRIMARY KEY,
  holder {text} NOT NULL,
  fence {int} NOT NULL,
  expires {int} NOT NULL
) {clustered};

CREATE TABLE jobs (
  id {id} NOT NULL PRIMARY KEY,
  kind {text} NOT NULL,
  user_id {id},
  state {int} NOT NULL,
  priority {int} NOT NULL,
  run_at {int} NOT NULL,
  attempts {int} NOT NULL,
  payload {text} NOT NULL,
  result {text} NOT NULL,
  holder {text} NOT NULL,
  fence {int} NOT NULL,
  request_id {text} NOT NULL,
  trace_parent {text} NOT NULL,
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};
CREATE INDEX jobs_by_due ON jobs (state, run_at, id);
CREATE INDEX jobs_by_user ON jobs (user_id, id);
)sql"};

}  // namespace sw::sql::migrations
