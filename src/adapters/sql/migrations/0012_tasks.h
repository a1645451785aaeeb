#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// `deadline_at` is derived from the deadline in `document`; `terms` are the words that search
// looks in, each after a line feed, `tags` has each tag between line feeds. `task_graphs` counts
// the changes of an owner's arrows, so that a check of all of them can be guarded.
inline constexpr Migration kTasks{12, "tasks", R"sql(
CREATE TABLE tasks (
  id {id} NOT NULL PRIMARY KEY,
  owner_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title {text} NOT NULL,
  status {int} NOT NULL,
  priority {int} NOT NULL,
  deadline_at {int},
  goal_id {id},
  completed_at {int},
  minutes_spent {int} NOT NULL,
  tags {text} NOT NULL,
  terms {text} NOT NULL,
  document {text} NOT NULL,
  series_id {id},
  occurrence {int} NOT NULL,
  successor_id {id},
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
);
CREATE INDEX tasks_by_owner ON tasks (owner_id, status, id);
CREATE INDEX tasks_by_goal ON tasks (goal_id, id) WHERE goal_id IS NOT NULL;
CREATE INDEX tasks_by_deadline ON tasks (deadline_at, id) WHERE status = 0;

CREATE TABLE task_arrows (
  owner_id {id} NOT NULL,
  task_id {id} NOT NULL,
  blocker_id {id} NOT NULL,
  PRIMARY KEY (owner_id, task_id, blocker_id)
) {clustered};
CREATE INDEX task_arrows_by_blocker ON task_arrows (blocker_id);

CREATE TABLE task_graphs (
  owner_id {id} NOT NULL PRIMARY KEY,
  version {int} NOT NULL
) {clustered};

CREATE TABLE task_time (
  task_id {id} NOT NULL,
  id {id} NOT NULL,
  minutes {int} NOT NULL,
  note {text} NOT NULL,
  at {int} NOT NULL,
  created {int} NOT NULL,
  PRIMARY KEY (task_id, id)
) {clustered};
CREATE INDEX task_time_by_time ON task_time (task_id, at, id);
)sql"};

}  // namespace sw::sql::migrations
