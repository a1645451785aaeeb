#include "adapters/sql/sql_habit_store.h"

#include "adapters/sql/habit_statements.h"
#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using habits::FoundHabit;
using habits::HabitEntry;
using habits::HabitRecord;
using habits::LocalDate;

namespace statements = habit_statements;

constexpr int kColumns = 11;  // of a habit, where the settings follow
/// More entries than this are not read on the caller's thread.
constexpr int kShortRead = 100;

constexpr Expectation kUnchanged = Expectation::exactly(1, "the habit was changed meanwhile");
constexpr Expectation kNew = Expectation::exactly(1, "the date has an entry already");

std::int64_t number(LocalDate date) { return date.time_since_epoch().count(); }
LocalDate toDate(std::int64_t day) {
  return LocalDate(std::chrono::days(static_cast<std::int32_t>(day)));
}

HabitRecord toHabit(const Row& row) {
  HabitRecord record;
  record.userId = row.uuid(0);
  record.id = row.uuid(1);
  record.revision = row.integer(2);
  record.archived = row.integer(3) != 0;
  if (!row.isNull(4)) record.nextDue = toDate(row.integer(4));
  record.streakDays = row.integer(5);
  record.streakUntil = row.instant(6);
  record.created = row.instant(7);
  record.updated = row.instant(8);
  record.state = row.string(9);
  record.content = row.string(10);
  return record;
}

FoundHabit toFound(const Row& row) {
  FoundHabit found{toHabit(row), std::nullopt};
  if (!row.isNull(kColumns)) {
    found.settings = accounts::SettingsStore::Stored{
        row.string(kColumns), row.integer(kColumns + 1), row.instant(kColumns + 2)};
  }
  return found;
}

HabitEntry toEntry(const Row& row) {
  HabitEntry entry;
  entry.date = toDate(row.integer(0));
  entry.status = static_cast<HabitEntry::Status>(row.integer(1));
  entry.amount = row.real(2);
  entry.note = row.string(3);
  entry.timeZone = row.string(4);
  entry.at = row.instant(5);
  entry.backDated = row.integer(6) != 0;
  entry.flownOver = static_cast<int>(row.integer(7));
  return entry;
}

Value dueOf(const HabitRecord& record) {
  return record.nextDue ? Value(number(*record.nextDue)) : Value();
}

void writeEntry(jobs::UnitOfWork& unit, const Statement& statement, base::Uuid habitId,
                const HabitEntry& entry) {
  const Value params[] = {habitId,      number(entry.date), static_cast<int>(entry.status),
                          entry.amount, entry.note,         entry.timeZone,
                          entry.at,     entry.backDated,    entry.flownOver};
  SqlUnitOfWork::of(unit).add(statement, params, kNew);
}

}  // namespace

Task<Result<std::optional<FoundHabit>>> SqlHabitStore::find(base::Uuid userId, base::Uuid id) {
  const Value params[] = {userId, id};
  co_return co_await readOne<FoundHabit>(database_, statements::kFind, params, toFound);
}

Task<Result<std::vector<HabitRecord>>> SqlHabitStore::list(base::Uuid userId, Which which,
                                                           base::Uuid after, int limit) {
  const int archived = which == Which::kAll ? -1 : (which == Which::kArchived ? 1 : 0);
  const Value params[] = {userId, after, archived, limit};
  co_return co_await readAll<HabitRecord>(database_, statements::kList, params, toHabit);
}

Task<Result<std::vector<HabitRecord>>> SqlHabitStore::due(base::Uuid userId, LocalDate date,
                                                          DuePosition after, int limit) {
  const Value params[] = {userId, number(date), number(after.nextDue), after.id, limit};
  co_return co_await readAll<HabitRecord>(database_, statements::kDue, params, toHabit);
}

void SqlHabitStore::put(jobs::UnitOfWork& unit, const HabitRecord& record) {
  const Value params[] = {record.userId,  record.id,         record.revision,    record.archived,
                          dueOf(record),  record.streakDays, record.streakUntil, record.created,
                          record.updated, record.state,      record.content};
  const Statement& statement = record.revision == 1 ? statements::kCreate : statements::kUpdate;
  SqlUnitOfWork::of(unit).add(statement, params, kUnchanged);
}

void SqlHabitStore::putState(jobs::UnitOfWork& unit, const HabitRecord& record) {
  const Value params[] = {record.userId,     record.id,          record.revision, dueOf(record),
                          record.streakDays, record.streakUntil, record.updated,  record.state};
  SqlUnitOfWork::of(unit).add(statements::kUpdateState, params, kUnchanged);
}

void SqlHabitStore::remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id,
                           std::int64_t revision) {
  const Value params[] = {userId, id, revision};
  const Value habit[] = {id};
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  work.add(statements::kDelete, params, kUnchanged);
  work.add(statements::kDeleteEntries, habit);
}

void SqlHabitStore::addEntry(jobs::UnitOfWork& unit, base::Uuid habitId, const HabitEntry& entry) {
  writeEntry(unit, statements::kAddEntry, habitId, entry);
}

void SqlHabitStore::putEntry(jobs::UnitOfWork& unit, base::Uuid habitId, const HabitEntry& entry) {
  writeEntry(unit, statements::kPutEntry, habitId, entry);
}

void SqlHabitStore::removeEntry(jobs::UnitOfWork& unit, base::Uuid habitId, LocalDate date) {
  const Value params[] = {habitId, number(date)};
  SqlUnitOfWork::of(unit).add(statements::kRemoveEntry, params,
                              Expectation::exactly(1, "the entry was removed meanwhile"));
}

Task<Result<std::optional<HabitEntry>>> SqlHabitStore::entry(base::Uuid habitId, LocalDate date) {
  const Value params[] = {habitId, number(date)};
  co_return co_await readOne<HabitEntry>(database_, statements::kEntry, params, toEntry);
}

Task<Result<std::vector<HabitEntry>>> SqlHabitStore::entries(base::Uuid habitId, LocalDate from,
                                                             LocalDate to, int limit) {
  const Value params[] = {habitId, number(from), number(to), limit};
  const ReadKind kind = limit > kShortRead ? ReadKind::kLong : ReadKind::kShort;
  co_return co_await readAll<HabitEntry>(database_, statements::kEntries, params, toEntry, kind);
}

Task<Result<habits::HabitStore::StreakCensus>> SqlHabitStore::streaks(base::Instant now) {
  const Value params[] = {now};
  StreakCensus census{};
  auto sink = [&](const Row& row) {
    census.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
  };
  SW_CO_CHECK(co_await database_.read(statements::kStreaks, params, sink, ReadKind::kLong));
  co_return census;
}

}  // namespace sw::sql
