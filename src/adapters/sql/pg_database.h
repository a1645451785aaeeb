#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "adapters/sql/database.h"
#include "adapters/sql/migration.h"
#include "adapters/sql/pg_options.h"
#include "adapters/sql/pg_pool.h"
#include "base/clock.h"

namespace sw::sql {

/// PostgreSQL (15 or newer) as the program's database, by libpq without blocking, with a few
/// connections for each thread that uses it. A read is repeated once when the connection broke;
/// a write when it surely was not committed (a deadlock, a broken connection before the commit).
/// Owned by the composition root; thread-safe. Every thread needs a `base::Loop`, and every read
/// and write must have ended before it is destroyed.
class PostgresDatabase final : public Database {
 public:
  /// Connects and migrates to the newest of `known`, one program at a time. `kConfiguration` when
  /// the database is newer than the program or older than PostgreSQL 15, else `kUnavailable`.
  static base::Task<base::Result<std::unique_ptr<PostgresDatabase>>> open(
      PostgresOptions options, const base::Clock& clock, SqlObserver* observer = nullptr,
      std::span<const Migration> known = allMigrations());

  [[nodiscard]] Dialect dialect() const override { return Dialect::kPostgres; }
  base::Task<base::Result<void>> read(const Statement& statement, Params params, RowSink sink,
                                      ReadKind kind = ReadKind::kShort) override;
  base::Task<base::Result<WriteOutcome>> write(WriteBatch batch) override;
  [[nodiscard]] PoolUse poolUse(Pool pool) const override;
  base::Task<base::Result<void>> ping() override;

  [[nodiscard]] int migrationsRun() const { return migrationsRun_; }

 private:
  PostgresDatabase(PostgresOptions options, SqlObserver* observer);
  PgPool& poolOfThisThread();
  void tellIfFull(const PgPool& pool, Pool kind) const;

  const PostgresOptions options_;
  SqlObserver* const observer_;
  const std::uint64_t number_;  // of this object among all of the process
  int migrationsRun_ = 0;
  PgUse readUse_;
  PgUse writeUse_;
  PgUse poolUse_;
  PgWatchdog dog_;
  mutable std::mutex mutex_;
  std::map<std::thread::id, std::unique_ptr<PgPool>> pools_;
};

}  // namespace sw::sql
