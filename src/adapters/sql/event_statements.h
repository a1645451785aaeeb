#pragma once

#include "adapters/sql/statement.h"

/// The SQL of `SqlEventStore`.
namespace sw::sql::event_statements {

// Columns as `visitEventRows` reads them.
#define SW_EVENT_COLUMNS \
  "e.id, e.calendar_id, e.span_start, e.span_end, e.ical_uid, e.attributes, e.document "

// Leaves out what an import has staged and not yet published. Almost all rows end at the first
// test.
#define SW_EVENT_VISIBLE                                                                    \
  " AND (e.staged IS NULL OR EXISTS (SELECT 1 FROM imports AS i WHERE i.id = e.staged AND " \
  "i.state = 1))"

inline constexpr Statement kFind{"events.find", Operation::kSelect,
                                 "SELECT " SW_EVENT_COLUMNS
                                 "FROM events AS e WHERE e.id = ?1" SW_EVENT_VISIBLE};

// ?1 calendar, ?2 from, ?3 to, ?4 to ?8 from less the longest span of levels 0 to 4. What is staged
// stands in levels of its own (event_levels.h), so the test for it is made once and not for each
// row; SQLite takes the tables of a CROSS JOIN in their order. Most events are short.
#define SW_EVENT_TOUCHES \
  "e.span_start < ?3 AND (e.span_end > ?2 OR (e.span_end = ?2 AND e.span_start = ?2))"
#define SW_EVENT_LEVEL(level, earliest)                                                       \
  "SELECT " SW_EVENT_COLUMNS "FROM events AS e WHERE e.calendar_id = ?1 AND e.level = " level \
  " AND " earliest SW_EVENT_TOUCHES
#define SW_EVENT_PUBLISHED(levels)                                                     \
  "SELECT " SW_EVENT_COLUMNS                                                           \
  "FROM imports AS i CROSS JOIN events AS e WHERE i.calendar_id = ?1 AND i.state = 1 " \
  "AND e.calendar_id = ?1 AND " levels " AND " SW_EVENT_TOUCHES
inline constexpr Statement kWindow{
    "events.window", Operation::kSelect,
    SW_EVENT_LEVEL("0", "e.span_start >= ?4 AND ")
    " UNION ALL " SW_EVENT_LEVEL("1", "e.span_start >= ?5 AND ")
    " UNION ALL " SW_EVENT_LEVEL("2", "e.span_start >= ?6 AND ")
    " UNION ALL " SW_EVENT_LEVEL("3", "e.span_start >= ?7 AND ")
    " UNION ALL " SW_EVENT_LEVEL("4", "e.span_start >= ?8 AND ")
    " UNION ALL " SW_EVENT_LEVEL("5", "")
    " UNION ALL " SW_EVENT_PUBLISHED("e.level = 16 AND e.span_start >= ?4")
    " UNION ALL " SW_EVENT_PUBLISHED("e.level > 16")};
#undef SW_EVENT_PUBLISHED
#undef SW_EVENT_LEVEL
#undef SW_EVENT_TOUCHES

inline constexpr Statement kOverrides{"events.overrides", Operation::kSelect,
                                      "SELECT " SW_EVENT_COLUMNS
                                      "FROM events AS e WHERE e.series_id = ?1" SW_EVENT_VISIBLE
                                      " ORDER BY e.original_key"};
// SQLite would walk the whole calendar by its primary key instead.
inline constexpr Statement kByUid{
    "events.by_uid", Operation::kSelect,
    "SELECT " SW_EVENT_COLUMNS
    "FROM events AS e INDEXED BY events_by_uid "
    "WHERE e.calendar_id = ?1 AND e.ical_uid = ?2" SW_EVENT_VISIBLE,
    "SELECT " SW_EVENT_COLUMNS
    "FROM events AS e WHERE e.calendar_id = ?1 AND e.ical_uid = ?2" SW_EVENT_VISIBLE};
// By way of the texts, which have one row an event and a key in the order asked for.
inline constexpr Statement kScan{"events.scan", Operation::kSelect,
                                 "SELECT " SW_EVENT_COLUMNS
                                 "FROM event_texts AS t JOIN events AS e ON e.id = t.event_id "
                                 "WHERE t.calendar_id = ?1 AND t.event_id > ?2" SW_EVENT_VISIBLE
                                 " ORDER BY t.event_id LIMIT ?3"};
inline constexpr Statement kSearch{
    "events.search", Operation::kSelect,
    "SELECT " SW_EVENT_COLUMNS
    "FROM event_search AS s JOIN event_texts AS t ON t.doc = s.rowid "
    "JOIN events AS e ON e.id = t.event_id "
    "WHERE event_search MATCH ?1 AND t.event_id > ?2" SW_EVENT_VISIBLE
    " ORDER BY t.event_id LIMIT ?3",
    "SELECT " SW_EVENT_COLUMNS
    "FROM event_texts AS t JOIN events AS e ON e.id = t.event_id "
    "WHERE t.terms @@ CAST(?1 AS tsquery) AND t.event_id > ?2" SW_EVENT_VISIBLE
    " ORDER BY t.event_id LIMIT ?3"};
#undef SW_EVENT_VISIBLE
#undef SW_EVENT_COLUMNS

// ?12 the import that the row waits for, NULL for none.
inline constexpr Statement kInsert{
    "events.insert", Operation::kInsert,
    "INSERT INTO events (calendar_id, level, span_start, id, span_end, revision, series_id, "
    "original_key, ical_uid, attributes, document, staged) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"};
inline constexpr Statement kUpdate{
    "events.update", Operation::kUpdate,
    "UPDATE events SET calendar_id = ?1, level = ?2, span_start = ?3, span_end = ?5, "
    "revision = ?6, series_id = ?7, original_key = ?8, ical_uid = ?9, attributes = ?10, "
    "document = ?11 WHERE id = ?4 AND revision = ?6 - 1"};
inline constexpr Statement kHasRevision{
    "events.has_revision", Operation::kSelect,
    "SELECT revision FROM events WHERE id = ?1 AND revision = ?2",
    "SELECT revision FROM events WHERE id = ?1 AND revision = ?2 FOR UPDATE"};
inline constexpr Statement kDelete{"events.delete", Operation::kDelete,
                                   "DELETE FROM events WHERE id = ?1 AND revision = ?2"};
// The calendar that an event leaves changes too.
inline constexpr Statement kTouchLeft{
    "calendars.touch_left", Operation::kUpdate,
    "UPDATE calendars SET event_version = event_version + 1 "
    "WHERE id = (SELECT calendar_id FROM events WHERE id = ?1 AND calendar_id <> ?2)"};

// PostgreSQL keeps terms and index together; SQLite's index is told of each change first.
inline constexpr Statement kInsertText{
    "event_texts.insert", Operation::kInsert,
    "INSERT INTO event_texts (calendar_id, event_id, terms) VALUES (?1, ?2, ?3)",
    "INSERT INTO event_texts (calendar_id, event_id, terms) "
    "VALUES (?1, ?2, array_to_tsvector(string_to_array(CAST(?3 AS text), ' ')))"};
inline constexpr Statement kIndexNew{
    "event_search.insert", Operation::kInsert,
    "INSERT INTO event_search (rowid, terms) VALUES (last_insert_rowid(), ?1)", ""};

#define SW_TEXT_OF_EVENT \
  "WHERE event_id = ?1 AND calendar_id = (SELECT e.calendar_id FROM events AS e WHERE e.id = ?1)"
inline constexpr Statement kUnindexChanged{
    "event_search.remove_changed", Operation::kInsert,
    "INSERT INTO event_search (event_search, rowid, terms) "
    "SELECT 'delete', doc, terms FROM event_texts " SW_TEXT_OF_EVENT " AND terms <> ?2",
    ""};
inline constexpr Statement kIndexChanged{"event_search.insert_changed", Operation::kInsert,
                                         "INSERT INTO event_search (rowid, terms) "
                                         "SELECT doc, ?2 FROM event_texts " SW_TEXT_OF_EVENT
                                         " AND terms <> ?2",
                                         ""};
inline constexpr Statement kUpdateText{
    "event_texts.update", Operation::kUpdate,
    "UPDATE event_texts SET calendar_id = ?3, terms = ?2 " SW_TEXT_OF_EVENT
    " AND (terms <> ?2 OR calendar_id <> ?3)",
    "UPDATE event_texts SET calendar_id = ?3, "
    "terms = array_to_tsvector(string_to_array(CAST(?2 AS text), ' ')) " SW_TEXT_OF_EVENT};
inline constexpr Statement kUnindex{
    "event_search.remove", Operation::kInsert,
    "INSERT INTO event_search (event_search, rowid, terms) "
    "SELECT 'delete', doc, terms FROM event_texts " SW_TEXT_OF_EVENT,
    ""};
inline constexpr Statement kDeleteText{"event_texts.delete", Operation::kDelete,
                                       "DELETE FROM event_texts " SW_TEXT_OF_EVENT};
#undef SW_TEXT_OF_EVENT

inline constexpr Statement kBury{
    "tombstones.put", Operation::kInsert,
    "INSERT INTO tombstones (resource_id, calendar_id, ical_uid, revision, removed) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (resource_id) DO UPDATE SET "
    "calendar_id = excluded.calendar_id, ical_uid = excluded.ical_uid, "
    "revision = excluded.revision, removed = excluded.removed"};

inline constexpr Statement kVersion{"calendars.event_version", Operation::kSelect,
                                    "SELECT event_version FROM calendars WHERE id = ?1"};
inline constexpr Statement kExpectVersion{
    "calendars.expect_version", Operation::kSelect,
    "SELECT event_version FROM calendars WHERE id = ?1 AND event_version = ?2",
    "SELECT event_version FROM calendars WHERE id = ?1 AND event_version = ?2 FOR UPDATE"};

}  // namespace sw::sql::event_statements
