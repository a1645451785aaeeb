#include "app/stores.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/sql/pg_database.h"
#include "app/data_folder.h"
#include "app/serve_settings.h"
#include "base/local_loop.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

}  // namespace

sql::Dialect dialectOf(const base::Config::Data& config) {
  return config.databaseUrl.starts_with(kSqliteScheme) ? sql::Dialect::kSqlite
                                                       : sql::Dialect::kPostgres;
}

std::filesystem::path sqliteFile(const base::Config::Data& config) {
  std::string_view path = std::string_view(config.databaseUrl).substr(kSqliteScheme.size());
  if (path.starts_with("//")) path.remove_prefix(2);  // an empty authority (RFC 3986, section 3.2)
  return path;
}

sql::SqliteOptions sqliteOptions(const base::Config::Data& config) {
  sql::SqliteOptions options;
  options.file = sqliteFile(config);
  options.readDeadline = config.queryTimeout;
  const std::int64_t readers = config.poolSize > 0 ? config.poolSize : config.workerThreads;
  if (readers > 0) options.longReaders = static_cast<int>(readers);
  options.backups = config.backupDirectory;
  options.backupsKept = static_cast<int>(config.backupKeep);
  options.backupInterval = config.backupInterval;
  return options;
}

sql::PostgresOptions postgresOptions(const base::Config& config) {
  sql::PostgresOptions options;
  options.url = config.data.databaseUrl;
  options.queryTimeout = config.data.queryTimeout;
  if (config.data.poolSize > 0) {
    const auto threads = static_cast<std::int64_t>(httpThreads(config.http));
    options.connectionsPerThread =
        static_cast<int>(std::max<std::int64_t>(1, config.data.poolSize / threads));
  }
  return options;
}

Stores::Stores(std::unique_ptr<sql::Database> database, sql::SqliteDatabase* sqlite,
               int migrationsRun, const base::Clock& clock)
    : database_(std::move(database)),
      sqlite_(sqlite),
      migrationsRun_(migrationsRun),
      storage(*database_),
      users(*database_),
      settings(*database_),
      acl(*database_),
      credentials(*database_),
      calendars(*database_),
      events(*database_),
      imports(*database_),
      upkeep(*database_),
      changes(*database_),
      relay(*database_),
      idempotency(*database_, clock),
      alerts(*database_),
      jobs(*database_),
      leases(*database_),
      commands(*database_),
      habits(*database_) {}

Result<std::unique_ptr<Stores>> Stores::open(const base::Config& config, const base::Clock& clock,
                                             sql::SqlObserver* observer) {
  if (dialectOf(config.data) == sql::Dialect::kPostgres) {
    SW_TRY(auto postgres, base::runBlocking(sql::PostgresDatabase::open(postgresOptions(config),
                                                                        clock, observer)));
    const int steps = postgres->migrationsRun();
    return std::unique_ptr<Stores>(new Stores(std::move(postgres), nullptr, steps, clock));
  }
  const sql::SqliteOptions options = sqliteOptions(config.data);
  if (options.file.filename().empty()) {
    return Error(Code::kConfiguration, "DATABASE_URL: expected sqlite: with the path of a file");
  }
  SW_CHECK(makeDataFolder(std::filesystem::absolute(options.file).parent_path()));
  SW_TRY(auto sqlite, sql::SqliteDatabase::open(options, clock, observer));
  sql::SqliteDatabase* const view = sqlite.get();
  return std::unique_ptr<Stores>(new Stores(std::move(sqlite), view, view->migrationsRun(), clock));
}

}  // namespace sw::app
