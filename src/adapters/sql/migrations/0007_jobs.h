#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// The tables `jobs` and `leases` of step 3 were never used. `jobs.ready` is when a job can be
// claimed: its due time, a later attempt, or the end of the lease under which it runs, so that one
// index finds what can be done and nothing else; of a dead job, when it died. `fence` grows with
// every change that whoever ran the job must notice. Every index but that of keys leaves out what
// it is not asked for.
inline constexpr Migration kJobs{7, "jobs", R"sql(
DROP TABLE jobs;
DROP TABLE leases;

CREATE TABLE jobs (
  id {id} NOT NULL PRIMARY KEY,
  kind {text} NOT NULL,
  key {text},
  user_id {id},
  state {int} NOT NULL,
  priority {int} NOT NULL,
  due {int} NOT NULL,
  ready {int} NOT NULL,
  attempts {int} NOT NULL,
  fence {int} NOT NULL,
  holder {text} NOT NULL,
  payload {text} NOT NULL,
  last_error {text} NOT NULL,
  created {int} NOT NULL,
  request_id {text} NOT NULL,
  trace_parent {text} NOT NULL
) {clustered};
CREATE INDEX jobs_by_ready ON jobs (kind, priority, ready, id) WHERE state = 0;
CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_by_user ON jobs (kind, user_id, priority, due, id)
  WHERE state = 0 AND user_id IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (id, kind) WHERE state = 1;

CREATE TABLE leases (
  name {text} NOT NULL PRIMARY KEY,
  holder {text} NOT NULL,
  fence {int} NOT NULL,
  until {int} NOT NULL
) {clustered};

CREATE TABLE commands (
  user_id {id} NOT NULL,
  task_id {text} NOT NULL,
  task_type {text} NOT NULL,
  payload {text} NOT NULL,
  priority {int} NOT NULL,
  status {int} NOT NULL,
  result {text} NOT NULL,
  error_code {text} NOT NULL,
  error {text} NOT NULL,
  attempts {int} NOT NULL,
  request_id {text} NOT NULL,
  created {int} NOT NULL,
  started {int},
  finished {int},
  PRIMARY KEY (user_id, task_id)
) {clustered};
CREATE INDEX commands_by_end ON commands (finished) WHERE finished IS NOT NULL;
)sql"};

}  // namespace sw::sql::migrations
