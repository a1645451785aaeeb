#pragma once

#include <memory>
#include <string>

#include "adapters/sql/database.h"
#include "adapters/sql/pg_options.h"
#include "adapters/sql/sql_alert_store.h"
#include "adapters/sql/sql_calendar_store.h"
#include "adapters/sql/sql_change_log.h"
#include "adapters/sql/sql_command_store.h"
#include "adapters/sql/sql_credential_store.h"
#include "adapters/sql/sql_event_store.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_import_store.h"
#include "adapters/sql/sql_job_store.h"
#include "adapters/sql/sql_lease_store.h"
#include "adapters/sql/sql_relay_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sql_upkeep_store.h"
#include "adapters/sql/sql_user_store.h"
#include "adapters/sql/sqlite_database.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// The database of a configuration and the stores over it. Owned by the composition root, which
/// keeps it until nothing reads or writes any more. The stores are thread-safe.
class Stores {
 public:
  /// Opens the database, makes and migrates it where that is needed. Blocks. Fails as the
  /// database does, with `kConfiguration` when the address names none.
  static base::Result<std::unique_ptr<Stores>> open(const base::Config& config,
                                                    const base::Clock& clock,
                                                    sql::SqlObserver* observer = nullptr);

  [[nodiscard]] sql::Database& database() const { return *database_; }
  /// The database when it is SQLite's, else null.
  [[nodiscard]] sql::SqliteDatabase* sqlite() const { return sqlite_; }
  /// How many steps the schema was brought forward at opening.
  [[nodiscard]] int migrationsRun() const { return migrationsRun_; }

 private:
  Stores(std::unique_ptr<sql::Database> database, sql::SqliteDatabase* sqlite, int migrationsRun,
         const base::Clock& clock);

  const std::unique_ptr<sql::Database> database_;
  sql::SqliteDatabase* const sqlite_;
  const int migrationsRun_;

 public:
  sql::SqlStorage storage;
  sql::SqlUserStore users;
  sql::SqlSettingsStore settings;
  sql::SqlAclStore acl;
  sql::SqlCredentialStore credentials;
  sql::SqlCalendarStore calendars;
  sql::SqlEventStore events;
  sql::SqlImportStore imports;
  sql::SqlUpkeepStore upkeep;
  sql::SqlChangeLog changes;
  sql::SqlRelayStore relay;
  sql::SqlIdempotencyStore idempotency;
  sql::SqlAlertStore alerts;
  sql::SqlJobStore jobs;
  sql::SqlLeaseStore leases;
  sql::SqlCommandStore commands;
  sql::SqlHabitStore habits;
};

/// Which database an address means.
sql::Dialect dialectOf(const base::Config::Data& config);
/// The file of a `sqlite:` address: "sqlite:PATH" or "sqlite:///PATH".
std::filesystem::path sqliteFile(const base::Config::Data& config);
/// How SQLite is opened for a configuration.
sql::SqliteOptions sqliteOptions(const base::Config::Data& config);
/// How PostgreSQL is reached for a configuration: DB_POOL_SIZE is spread over the HTTP threads.
sql::PostgresOptions postgresOptions(const base::Config& config);

}  // namespace sw::app
