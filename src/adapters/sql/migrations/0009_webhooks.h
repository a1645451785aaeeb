#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// Secrets are sealed before they come here. `failing_since` changes without the revision. The
// history of a delivery is a JSON array.
inline constexpr Migration kWebhooks{9, "webhooks", R"sql(
CREATE TABLE webhooks (
  id {id} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL,
  url {text} NOT NULL,
  description {text} NOT NULL,
  events {text} NOT NULL,
  active {int} NOT NULL,
  disabled {int} NOT NULL,
  disabled_at {int},
  secret {bytes} NOT NULL,
  old_secret {bytes} NOT NULL,
  old_secret_until {int},
  failing_since {int},
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};
CREATE INDEX webhooks_by_user ON webhooks (user_id, id);

CREATE TABLE webhook_deliveries (
  id {id} NOT NULL PRIMARY KEY,
  webhook_id {id} NOT NULL,
  user_id {id} NOT NULL,
  event_type {text} NOT NULL,
  event_id {text} NOT NULL,
  body {text} NOT NULL,
  state {int} NOT NULL,
  attempts {int} NOT NULL,
  round {int} NOT NULL,
  started {int} NOT NULL,
  next_attempt {int},
  last_attempt {int},
  last_status {int} NOT NULL,
  last_error {text} NOT NULL,
  last_answer {text} NOT NULL,
  history {text} NOT NULL,
  request_id {text} NOT NULL,
  trace_parent {text} NOT NULL,
  revision {int} NOT NULL,
  created {int} NOT NULL
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created);
)sql"};

}  // namespace sw::sql::migrations
