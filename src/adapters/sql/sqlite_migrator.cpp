#include "adapters/sql/sqlite_migrator.h"

#include <string>
#include <vector>

#include "adapters/sql/sqlite_backup.h"

namespace sw::sql {
namespace {

using base::Result;

constexpr const char* kMakeHistory = R"sql(
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied INTEGER NOT NULL
))sql";
constexpr Statement kHistory{"schema.history", Operation::kSelect,
                             "SELECT version, checksum FROM schema_migrations ORDER BY version"};
constexpr Statement kRecord{"schema.record", Operation::kInsert,
                            "INSERT INTO schema_migrations VALUES (?1, ?2, ?3, ?4)"};

Result<std::vector<AppliedMigration>> history(SqliteConnection& connection) {
  SW_CHECK(connection.execute(kMakeHistory));
  std::vector<AppliedMigration> applied;
  auto collect = [&](const Row& row) {
    applied.push_back({static_cast<int>(row.integer(0)), row.string(1)});
  };
  const RowSink sink(collect);
  SW_TRY(const auto outcome, connection.run(kHistory, {}, &sink));
  static_cast<void>(outcome);
  return applied;
}

Result<bool> runNext(SqliteConnection& connection, const base::Clock& clock,
                     std::span<const Migration> known) {
  SW_TRY(const auto applied, history(connection));
  SW_TRY(const auto pending, pendingMigrations(known, applied, Dialect::kSqlite));
  if (pending.empty()) return false;
  const Migration& step = pending.front();
  std::string script = step.script(Dialect::kSqlite);
  script += "; PRAGMA user_version=" + std::to_string(step.version) + ";";
  script += "PRAGMA application_id=" + std::to_string(kApplicationId) + ";";
  if (auto done = connection.execute(script.c_str()); !done.ok()) {
    return done.error().wrap("migration " + std::to_string(step.version) + " (" +
                             std::string(step.name) + ")");
  }
  const std::string checksum = step.checksum(Dialect::kSqlite);
  const Value params[] = {step.version, step.name, checksum, clock.now()};
  SW_TRY(const auto recorded, connection.run(kRecord, params, nullptr));
  return recorded.rows == 1;
}

}  // namespace

Result<int> migrateSqlite(SqliteConnection& connection, const SqliteOptions& options,
                          const base::Clock& clock, std::span<const Migration> known) {
  SW_TRY(const std::int64_t found, connection.number("PRAGMA user_version"));
  if (found > 0 && found < known.back().version && !options.backups.empty()) {
    BackupFolder folder(options.backups, options.backupsKept);
    SW_TRY(const auto made, folder.add(options, "before-migration", clock.now()));
    static_cast<void>(made);
  }
  int steps = 0;
  for (;;) {
    SW_CHECK(connection.execute("BEGIN EXCLUSIVE"));
    auto ran = runNext(connection, clock, known);
    if (!ran.ok()) {
      static_cast<void>(connection.execute("ROLLBACK"));
      return ran.error();
    }
    SW_CHECK(connection.execute("COMMIT"));
    if (!*ran) return steps;
    ++steps;
  }
}

}  // namespace sw::sql
