#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// Days count from 1970. `progress` is the fraction in millionths, to sort by; `tags` has each tag
// between line feeds; `links_habits` says whether habits can move the goal; `document` holds what
// no query asks for. A goal's `revision` guards its journal too.
inline constexpr Migration kGoals{10, "goals", R"sql(
CREATE TABLE goals (
  id {id} NOT NULL PRIMARY KEY,
  owner_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title {text} NOT NULL,
  type {text} NOT NULL,
  status {int} NOT NULL,
  priority {int} NOT NULL,
  start_day {int} NOT NULL,
  target_day {int},
  value {real} NOT NULL,
  fraction {real} NOT NULL,
  progress {int} NOT NULL,
  tasks {int} NOT NULL,
  tasks_done {int} NOT NULL,
  completed_at {int},
  by_target {int} NOT NULL,
  links_habits {int} NOT NULL,
  tags {text} NOT NULL,
  document {text} NOT NULL,
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
);
CREATE INDEX goals_by_owner ON goals (owner_id, status, id);
CREATE INDEX goals_by_target ON goals (target_day, id) WHERE status = 0;

CREATE TABLE goal_progress (
  goal_id {id} NOT NULL,
  id {id} NOT NULL,
  key_result_id {id},
  kind {int} NOT NULL,
  number {real} NOT NULL,
  note {text} NOT NULL,
  at {int} NOT NULL,
  created {int} NOT NULL,
  PRIMARY KEY (goal_id, id)
) {clustered};
CREATE INDEX goal_progress_by_time ON goal_progress (goal_id, at, id);

CREATE TABLE goal_time (
  goal_id {id} NOT NULL,
  id {id} NOT NULL,
  minutes {int} NOT NULL,
  note {text} NOT NULL,
  at {int} NOT NULL,
  created {int} NOT NULL,
  PRIMARY KEY (goal_id, id)
) {clustered};
CREATE INDEX goal_time_by_time ON goal_time (goal_id, at, id);
)sql"};

}  // namespace sw::sql::migrations
