#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// Instants are microseconds since 1970. `change_seq` is the number of the user's last entry in
// the change log, `change_floor` of the last one that was removed from it again.
inline constexpr Migration kPeople{1, "people", R"sql(
CREATE TABLE users (
  id {id} NOT NULL PRIMARY KEY,
  subject {text} NOT NULL UNIQUE,
  email {text} NOT NULL,
  email_verified {int} NOT NULL,
  display_name {text} NOT NULL,
  role {int} NOT NULL,
  change_seq {int} NOT NULL DEFAULT 0,
  change_floor {int} NOT NULL DEFAULT 0,
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};
CREATE INDEX users_by_email ON users (email) WHERE email_verified = 1;

CREATE TABLE settings (
  user_id {id} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  document {text} NOT NULL,
  revision {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};

CREATE TABLE tokens (
  id {id} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name {text} NOT NULL,
  scopes {text} NOT NULL,
  hash {bytes} NOT NULL UNIQUE,
  created {int} NOT NULL,
  expires {int}
) {clustered};
CREATE INDEX tokens_by_user ON tokens (user_id, id);

CREATE TABLE sessions (
  id {id} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash {bytes} NOT NULL UNIQUE,
  csrf_token {text} NOT NULL,
  created {int} NOT NULL,
  expires {int} NOT NULL
) {clustered};
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE sign_in_codes (
  hash {bytes} NOT NULL PRIMARY KEY,
  user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires {int} NOT NULL
) {clustered};
CREATE INDEX sign_in_codes_by_expiry ON sign_in_codes (expires);
CREATE INDEX sign_in_codes_by_user ON sign_in_codes (user_id);
)sql"};

}  // namespace sw::sql::migrations
