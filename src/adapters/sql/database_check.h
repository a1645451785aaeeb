#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/sql/pg_options.h"
#include "adapters/sql/sqlite_connection.h"
#include "base/result.h"

/// Looks at a database as it is, without making, migrating or changing anything; a service may
/// use it meanwhile. All functions block.
namespace sw::sql {

struct DatabaseState {
  std::string engine;                         // "SQLite 3.40.1", "PostgreSQL 15.8"
  int schemaVersion = 0;                      // 0: the tables were never made
  std::chrono::nanoseconds latency{};         // of a trivial query
  std::optional<std::string> integrity{};     // of SQLite: "ok" or the damage; none: not finished
  std::optional<std::int64_t> connections{};  // of PostgreSQL: now, of all its clients
  std::optional<std::int64_t> maxConnections{};  // of PostgreSQL
};

/// `checkFor` bounds the check of the file's pages. `kNotFound` when there is no file, else as
/// opening it fails.
base::Result<DatabaseState> lookAtSqlite(const SqliteOptions& options,
                                         std::chrono::milliseconds checkFor);
/// `kUnavailable` in libpq's words when it cannot be reached.
base::Result<DatabaseState> lookAtPostgres(const PostgresOptions& options);

}  // namespace sw::sql
