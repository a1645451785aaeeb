#pragma once

#include "adapters/sql/migration.h"

namespace sw::sql::migrations {

// Events are kept in the order of their primary key. `level` classes them by the length of their
// span (see event_levels.h), so that a window of a calendar is one range for each level and no
// master or long event is missed. `span_start`, `span_end` and `original_key` are seconds since
// 1970. `attributes` packs the members that only whole rows are read with (see event_codec.h).
// Events have no foreign key: every write of one updates its calendar's `event_version` and fails
// when that calendar is gone, and removing a calendar removes them.
//
// `event_texts.terms` are the search terms of an event, each begun by its calendar's id, so that
// a search costs what that calendar holds and not what everybody has.
inline constexpr Migration kCalendars{2, "calendars", R"sql(
CREATE TABLE calendars (
  id {id} NOT NULL PRIMARY KEY,
  owner_id {id} NOT NULL REFERENCES users (id),
  name {text} NOT NULL,
  description {text} NOT NULL,
  time_zone {text} NOT NULL,
  background_color {text} NOT NULL,
  is_primary {int} NOT NULL,
  provider {int} NOT NULL,
  event_version {int} NOT NULL DEFAULT 0,
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL
) {clustered};
CREATE INDEX calendars_by_owner ON calendars (owner_id, id);

CREATE TABLE acl (
  calendar_id {id} NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id {id} NOT NULL UNIQUE,
  role {int} NOT NULL,
  revision {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL,
  PRIMARY KEY (calendar_id, user_id)
) {clustered};
CREATE INDEX acl_by_user ON acl (user_id);

CREATE TABLE feeds (
  id {id} NOT NULL PRIMARY KEY,
  calendar_id {id} NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  hash {bytes} NOT NULL UNIQUE,
  created {int} NOT NULL
) {clustered};
CREATE INDEX feeds_by_calendar ON feeds (calendar_id, id);

CREATE TABLE events (
  calendar_id {id} NOT NULL,
  level {int} NOT NULL,
  span_start {int} NOT NULL,
  id {id} NOT NULL,
  span_end {int} NOT NULL,
  revision {int} NOT NULL,
  series_id {id},
  original_key {int},
  ical_uid {text} NOT NULL,
  attributes {bytes} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (calendar_id, level, span_start, id)
) {clustered};
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_uid ON events (calendar_id, ical_uid);
CREATE INDEX events_by_series ON events (series_id, original_key) WHERE series_id IS NOT NULL;

CREATE TABLE tombstones (
  resource_id {id} NOT NULL PRIMARY KEY,
  calendar_id {id} NOT NULL,
  ical_uid {text} NOT NULL,
  revision {int} NOT NULL,
  removed {int} NOT NULL
) {clustered};
CREATE INDEX tombstones_by_time ON tombstones (removed);
CREATE INDEX tombstones_by_calendar ON tombstones (calendar_id, removed);
)sql",
                                      R"sql(
CREATE TABLE event_texts (
  doc INTEGER PRIMARY KEY,
  calendar_id BLOB NOT NULL,
  event_id BLOB NOT NULL,
  terms TEXT NOT NULL
);
CREATE UNIQUE INDEX event_texts_by_event ON event_texts (calendar_id, event_id);
CREATE VIRTUAL TABLE event_search USING fts5 (
  terms, content='event_texts', content_rowid='doc', detail=none, columnsize=0, tokenize='ascii'
);
)sql",
                                      R"sql(
CREATE TABLE event_texts (
  calendar_id uuid NOT NULL,
  event_id uuid NOT NULL,
  terms tsvector NOT NULL,
  PRIMARY KEY (calendar_id, event_id)
);
CREATE INDEX event_texts_by_term ON event_texts USING gin (terms);
)sql"};

}  // namespace sw::sql::migrations
