#pragma once

#include <array>

#include "adapters/sql/statement.h"

/// The statements of `SqlHabitStore`, where a test can look at their plans.
namespace sw::sql::habit_statements {

#define SW_HABIT_COLUMNS                                                                 \
  "h.user_id, h.id, h.revision, h.archived, h.next_due, h.streak_days, h.streak_until, " \
  "h.created, "                                                                          \
  "h.updated, h.state, h.content "

inline constexpr Statement kFind{
    "habits.find", Operation::kSelect,
    "SELECT " SW_HABIT_COLUMNS
    ", s.document, s.revision, s.updated FROM habits h "
    "LEFT JOIN settings s ON s.user_id = h.user_id WHERE h.user_id = ?1 AND h.id = ?2"};
inline constexpr Statement kList{
    "habits.list", Operation::kSelect,
    "SELECT " SW_HABIT_COLUMNS
    "FROM habits h WHERE h.user_id = ?1 AND h.id > ?2 AND (?3 < 0 OR h.archived = ?3) "
    "ORDER BY h.id LIMIT ?4"};
inline constexpr Statement kDue{
    "habits.due", Operation::kSelect,
    "SELECT " SW_HABIT_COLUMNS
    "FROM habits h WHERE h.user_id = ?1 AND h.next_due <= ?2 AND (h.next_due, h.id) > (?3, ?4) "
    "ORDER BY h.next_due, h.id LIMIT ?5"};
#undef SW_HABIT_COLUMNS
inline constexpr Statement kCreate{
    "habits.create", Operation::kInsert,
    "INSERT INTO habits (user_id, id, revision, archived, next_due, streak_days, streak_until, "
    "created, updated, state, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
inline constexpr Statement kUpdate{
    "habits.update", Operation::kUpdate,
    "UPDATE habits SET revision = ?3, archived = ?4, next_due = ?5, streak_days = ?6, "
    "streak_until = ?7, created = ?8, updated = ?9, state = ?10, content = ?11 "
    "WHERE user_id = ?1 AND id = ?2 AND revision = ?3 - 1"};
inline constexpr Statement kUpdateState{
    "habits.update_state", Operation::kUpdate,
    "UPDATE habits SET revision = ?3, next_due = ?4, streak_days = ?5, streak_until = ?6, "
    "updated = ?7, state = ?8 WHERE user_id = ?1 AND id = ?2 AND revision = ?3 - 1"};
inline constexpr Statement kDelete{
    "habits.delete", Operation::kDelete,
    "DELETE FROM habits WHERE user_id = ?1 AND id = ?2 AND revision = ?3"};
inline constexpr Statement kDeleteEntries{"habit_entries.delete_habit", Operation::kDelete,
                                          "DELETE FROM habit_entries WHERE habit_id = ?1"};

inline constexpr Statement kAddEntry{
    "habit_entries.add", Operation::kInsert,
    "INSERT INTO habit_entries (habit_id, day, status, amount, note, time_zone, at, back_dated, "
    "flown_over) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
inline constexpr Statement kPutEntry{
    "habit_entries.put", Operation::kInsert,
    "INSERT INTO habit_entries (habit_id, day, status, amount, note, time_zone, at, back_dated, "
    "flown_over) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (habit_id, day) DO UPDATE SET status = excluded.status, "
    "amount = excluded.amount, note = excluded.note, time_zone = excluded.time_zone, "
    "at = excluded.at, back_dated = excluded.back_dated, flown_over = excluded.flown_over"};
inline constexpr Statement kRemoveEntry{
    "habit_entries.remove", Operation::kDelete,
    "DELETE FROM habit_entries WHERE habit_id = ?1 AND day = ?2"};
inline constexpr Statement kEntry{
    "habit_entries.find", Operation::kSelect,
    "SELECT day, status, amount, note, time_zone, at, back_dated, flown_over FROM habit_entries "
    "WHERE habit_id = ?1 AND day = ?2"};
inline constexpr Statement kEntries{
    "habit_entries.list", Operation::kSelect,
    "SELECT day, status, amount, note, time_zone, at, back_dated, flown_over FROM habit_entries "
    "WHERE habit_id = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day DESC LIMIT ?4"};
// The classes of `HabitStore::StreakCensus`.
inline constexpr Statement kStreaks{
    "habits.streaks", Operation::kSelect,
    "SELECT CAST(CASE WHEN streak_until <= ?1 OR streak_days <= 0 THEN 0 WHEN streak_days >= 100 "
    "THEN 6 "
    "WHEN streak_days >= 30 THEN 5 WHEN streak_days >= 14 THEN 4 WHEN streak_days >= 7 THEN 3 "
    "WHEN streak_days >= 3 THEN 2 ELSE 1 END AS bigint), count(*) FROM habits "
    "WHERE archived = 0 GROUP BY 1"};

inline constexpr std::array kReads = {&kFind, &kList, &kDue, &kEntry, &kEntries, &kStreaks};

}  // namespace sw::sql::habit_statements
