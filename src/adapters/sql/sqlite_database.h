#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "adapters/sql/clean_stop_marker.h"
#include "adapters/sql/database.h"
#include "adapters/sql/migration.h"
#include "adapters/sql/sqlite_backup.h"
#include "adapters/sql/sqlite_connection.h"
#include "adapters/sql/sqlite_maintenance.h"
#include "adapters/sql/sqlite_readers.h"
#include "adapters/sql/sqlite_writer.h"
#include "base/clock.h"

namespace sw::sql {

/// A SQLite file as the program's database. Short reads run at once on the calling thread, long
/// ones on a pool; writes are grouped by one thread. Owned by the composition root; thread-safe.
/// Every read and write must have ended before it is destroyed.
class SqliteDatabase final : public Database {
 public:
  /// Opens or makes the file, checks it when the last stop was not clean, migrates it to
  /// the newest of `known`, starts the threads. Blocks. `kCorrupted` when the check fails,
  /// `kConfiguration` when the file is newer than the program, else `kIo` or `kUnavailable`.
  static base::Result<std::unique_ptr<SqliteDatabase>> open(
      SqliteOptions options, const base::Clock& clock, SqlObserver* observer = nullptr,
      std::span<const Migration> known = allMigrations());
  ~SqliteDatabase() override;

  [[nodiscard]] Dialect dialect() const override { return Dialect::kSqlite; }
  base::Task<base::Result<void>> read(const Statement& statement, Params params, RowSink sink,
                                      ReadKind kind = ReadKind::kShort) override;
  base::Task<base::Result<WriteOutcome>> write(WriteBatch batch) override;
  [[nodiscard]] PoolUse poolUse(Pool pool) const override;
  base::Task<base::Result<void>> ping() override;

  /// Copies the database to a file while it is in use. Blocks; see `backUp`.
  base::Result<void> backUpTo(const std::filesystem::path& target,
                              const BackupProgress& progress = {}) const;
  /// Replaces the contents by those of a backup and migrates them; keeps a backup of what was
  /// there when there is a folder for it. Writers wait. Blocks; see `restoreInto`.
  base::Result<void> restoreFrom(const std::filesystem::path& source,
                                 const BackupProgress& progress = {});
  /// See `SqliteMaintenance`.
  base::Result<bool> backUpIfDue() { return maintenance_->backUpIfDue(); }
  void tellFailedBackups(SqliteMaintenance::FailureListener listener) {
    maintenance_->tellFailedBackups(std::move(listener));
  }

  /// How many steps the schema was brought forward at opening.
  [[nodiscard]] int migrationsRun() const { return migrationsRun_; }
  /// Whether the file was checked at opening, because the last stop was not clean.
  [[nodiscard]] bool checkedAfterCrash() const { return checkedAfterCrash_; }

 private:
  SqliteDatabase(const SqliteOptions& options, const base::Clock& clock, SqlObserver* observer,
                 std::span<const Migration> known);
  base::Result<void> start();

  const SqliteOptions options_;
  const base::Clock& clock_;
  SqlObserver* const observer_;
  const std::span<const Migration> known_;
  int migrationsRun_ = 0;
  bool checkedAfterCrash_ = false;

  // In the order of their dependence: destroyed from the last to the first.
  std::unique_ptr<CleanStopMarker> marker_;
  std::unique_ptr<SqliteMaintenance> maintenance_;
  std::atomic<std::uint64_t> commits_{0};
  std::unique_ptr<SqliteWriter> writer_;
  SqliteThreadReaders readers_;
  SqliteReadPool pool_;
};

}  // namespace sw::sql
