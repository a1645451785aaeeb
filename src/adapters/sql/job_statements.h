#pragma once

#include "adapters/sql/statement.h"

/// The statements that find what can be done, which are long because each must stay within what is
/// due: they look at every priority by itself, so that an index gives the due jobs of one kind and
/// priority in their order and nothing else is read.
namespace sw::sql::job_statements {

#define SW_JOB_COLUMNS(t)                                                              \
  t "id, " t "kind, " t "key, " t "user_id, " t "payload, " t "priority, " t "due, " t \
    "attempts, " t "fence, " t "last_error, " t "created, " t "request_id, " t "trace_parent"

// Of the due jobs of one user, the first by priority and due time alone, and none while another of
// them is under a lease.
#define SW_JOB_HEAD(now)                                                        \
  "(j.user_id IS NULL OR (NOT EXISTS (SELECT 1 FROM jobs o WHERE o.state = 0 "  \
  "AND o.kind = j.kind AND o.user_id = j.user_id AND o.priority <= j.priority " \
  "AND o.due <= " now                                                           \
  " AND (o.priority, o.due, o.id) < (j.priority, j.due, j.id)) "                \
  "AND NOT EXISTS (SELECT 1 FROM jobs l WHERE l.state = 0 AND l.kind = j.kind " \
  "AND l.user_id = j.user_id AND l.holder <> '' AND l.ready > " now ")))"

// `jobs::urgency`, with its patience in microseconds. Within a priority it goes as `ready`, so that
// the first of all are among the first of each.
#define SW_JOB_URGENCY(t, now) t "priority - (" now " - " t "ready) / 60000000"

#define SW_JOB_ARM(p, filter)                                                      \
  "SELECT * FROM (SELECT j.id, j.priority, j.ready FROM jobs j WHERE j.state = 0 " \
  "AND j.kind = ?1 AND j.priority = " p " AND j.ready <= ?2" filter                \
  " ORDER BY j.ready, j.id LIMIT ?3)"
#define SW_JOB_ARMS(filter) \
  SW_JOB_ARM("0", filter) " UNION ALL " SW_JOB_ARM("1", filter) " UNION ALL "                 \
  SW_JOB_ARM("2", filter) " UNION ALL " SW_JOB_ARM("3", filter) " UNION ALL "                 \
  SW_JOB_ARM("4", filter) " UNION ALL " SW_JOB_ARM("5", filter) " UNION ALL "                 \
  SW_JOB_ARM("6", filter) " UNION ALL " SW_JOB_ARM("7", filter) " UNION ALL "                 \
  SW_JOB_ARM("8", filter) " UNION ALL " SW_JOB_ARM("9", filter)
#define SW_JOB_DUE(filter) \
  "SELECT " SW_JOB_COLUMNS("t.") ", c.ready FROM (SELECT * FROM (" SW_JOB_ARMS( \
      filter) ") ORDER BY " SW_JOB_URGENCY("", "?2") ", ready, id LIMIT ?3) c " \
  "CROSS JOIN jobs t ON t.id = c.id"

// The due jobs of a kind, for SQLite.
inline constexpr Statement kDue{"jobs.due", Operation::kSelect, SW_JOB_DUE("")};
inline constexpr Statement kDueInOrder{"jobs.due_in_order", Operation::kSelect,
                                       SW_JOB_DUE(" AND " SW_JOB_HEAD("?2"))};

// For PostgreSQL, which takes them in the same statement. ?1 kinds, ?2 the most of each, ?3 whether
// it keeps an order (0 or 1), each as a list with commas; ?4 now; ?5 the most of all; ?6 the end of
// the lease; ?7 the holder.
inline constexpr Statement kTake{
    "jobs.take", Operation::kUpdate, "",
    "WITH picked AS MATERIALIZED (SELECT id FROM ("
    "SELECT c.id, c.priority, c.ready, w.most, row_number() OVER (PARTITION BY w.kind "
    "ORDER BY " SW_JOB_URGENCY("c.", "?4::bigint") ", c.ready, c.id) AS place "
    "FROM unnest(string_to_array(?1::text, ','), string_to_array(?2::text, ',')::bigint[], "
    "string_to_array(?3::text, ',')::bigint[]) AS w(kind, most, ordered) "
    "CROSS JOIN generate_series(0::bigint, 9::bigint) AS p(priority) "
    "CROSS JOIN LATERAL (SELECT j.id, j.priority, j.ready FROM jobs j WHERE j.state = 0 "
    "AND j.kind = w.kind AND j.priority = p.priority AND j.ready <= ?4::bigint "
    "AND (w.ordered = 0 OR " SW_JOB_HEAD("?4::bigint") ") "
    "ORDER BY j.ready, j.id LIMIT w.most FOR UPDATE OF j SKIP LOCKED) c"
    ") ranked WHERE place <= most ORDER BY " SW_JOB_URGENCY("", "?4::bigint") ", ready, id "
    "LIMIT ?5::bigint) "
    "UPDATE jobs t SET ready = ?6::bigint, holder = ?7::text, fence = t.fence + 1, "
    "attempts = t.attempts + 1 FROM picked WHERE t.id = picked.id "
    "RETURNING " SW_JOB_COLUMNS("t.")};

#define SW_JOB_FIRST(p) \
  "SELECT (SELECT min(ready) FROM jobs WHERE state = 0 AND kind = ?1 AND priority = " p ") AS r"
// When the next job of a kind can be claimed.
inline constexpr Statement kNext{
    "jobs.next", Operation::kSelect,
    "SELECT min(r) FROM (" SW_JOB_FIRST("0") " UNION ALL " SW_JOB_FIRST("1") " UNION ALL "
    SW_JOB_FIRST("2") " UNION ALL " SW_JOB_FIRST("3") " UNION ALL " SW_JOB_FIRST("4")
    " UNION ALL " SW_JOB_FIRST("5") " UNION ALL " SW_JOB_FIRST("6") " UNION ALL "
    SW_JOB_FIRST("7") " UNION ALL " SW_JOB_FIRST("8") " UNION ALL " SW_JOB_FIRST("9")
    ") AS firsts"};

inline constexpr Statement kFind{
    "jobs.find", Operation::kSelect,
    "SELECT " SW_JOB_COLUMNS("") ", state, ready, holder FROM jobs WHERE kind = ?1 AND key = ?2"};
inline constexpr Statement kDead{
    "jobs.dead", Operation::kSelect,
    "SELECT " SW_JOB_COLUMNS(
        "") " FROM jobs WHERE state = 1 AND id < ?1 ORDER BY id DESC LIMIT ?2"};

#undef SW_JOB_FIRST
#undef SW_JOB_DUE
#undef SW_JOB_ARMS
#undef SW_JOB_ARM
#undef SW_JOB_URGENCY
#undef SW_JOB_HEAD
#undef SW_JOB_COLUMNS

}  // namespace sw::sql::job_statements
