#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// What a write of an event touches, made less. Answers to repeat are large and never read in
// order: SQLite keeps them in the order they came, and only their keys in the order of the key,
// where an insert in the middle costs no neighbours' moving. Search terms begin with the last 12
// of the 32 digits of their calendar's id, all of them random; where two calendars share them, a
// search finds too much and its reader leaves that out.
inline constexpr Migration kLeanWrites{6, "lean writes", "",
                                       R"sql(
CREATE TABLE answers (
  user_id BLOB NOT NULL,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, scope, key)
);
INSERT INTO answers (user_id, scope, key, request_hash, status, content_type, headers, body, at)
  SELECT user_id, scope, key, request_hash, status, content_type, headers, body, at
  FROM idempotency ORDER BY at;
DROP TABLE idempotency;
ALTER TABLE answers RENAME TO idempotency;
CREATE INDEX idempotency_by_time ON idempotency (at);

UPDATE event_texts SET terms = substr(replace(' ' || terms, ' ' || lower(hex(calendar_id)),
  ' ' || substr(lower(hex(calendar_id)), 21)), 2);
INSERT INTO event_search (event_search) VALUES ('rebuild');
)sql",
                                       R"sql(
UPDATE event_texts SET terms = array_to_tsvector(ARRAY(
  SELECT substr(term, 21) FROM unnest(tsvector_to_array(terms)) AS term));
)sql"};

}  // namespace sw::sql::migrations
