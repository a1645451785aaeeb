#include "adapters/sql/database_check.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "adapters/sql/pg_protocol.h"

namespace sw::sql {

using base::Code;
using base::Error;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr const char* kHasSchema =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'";
constexpr const char* kVersion = "SELECT coalesce(max(version), 0) FROM schema_migrations";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

constexpr Statement kQuickCheck{"check.pages", Operation::kSelect, "PRAGMA quick_check(3)"};

Result<std::int64_t> numberOf(PGconn& connection, const char* sql) {
  const PgResult result(PQexec(&connection, sql));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1) {
    std::string message = PQerrorMessage(&connection);
    while (message.ends_with('\n')) message.pop_back();
    return Error(Code::kUnavailable, std::move(message));
  }
  return std::int64_t{std::atoll(PQgetvalue(result.get(), 0, 0))};
}

}  // namespace

Result<DatabaseState> lookAtSqlite(const SqliteOptions& options,
                                   std::chrono::milliseconds checkFor) {
  std::error_code problem;
  if (!std::filesystem::exists(options.file, problem)) {
    return Error(Code::kNotFound, "there is no file " + options.file.string());
  }
  SW_TRY(const auto connection, SqliteConnection::open(options, SqliteConnection::Role::kReader));
  DatabaseState state;
  state.engine = std::string("SQLite ") + sqlite3_libversion();
  const auto asked = SteadyClock::now();
  SW_TRY(const std::int64_t tables, connection->number(kHasSchema));
  state.latency = SteadyClock::now() - asked;
  if (tables > 0) {
    SW_TRY(const std::int64_t version, connection->number(kVersion));
    state.schemaVersion = static_cast<int>(version);
  }
  std::string verdict;
  auto collect = [&verdict](const Row& row) {
    verdict.append(verdict.empty() ? "" : "; ").append(row.text(0));
  };
  const RowSink sink(collect);
  connection->setDeadline(SteadyClock::now() + checkFor);
  const auto checked = connection->run(kQuickCheck, {}, &sink);
  if (checked.ok()) {
    state.integrity = verdict;
  } else if (checked.error().code() != Code::kTimeout) {
    state.integrity = checked.error().describe();
  }
  return state;
}

Result<DatabaseState> lookAtPostgres(const PostgresOptions& options) {
  constexpr const char* kKeys[] = {"dbname", "application_name", "connect_timeout", nullptr};
  const char* values[] = {options.url.c_str(), "scheduling-worker doctor", "5", nullptr};
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdbParams(kKeys, values, 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    std::string message = PQerrorMessage(connection.get());
    std::ranges::replace(message, '\n', ' ');
    while (message.ends_with(' ')) message.pop_back();
    return Error(Code::kUnavailable, std::move(message));
  }
  DatabaseState state;
  const char* version = PQparameterStatus(connection.get(), "server_version");
  state.engine = std::string("PostgreSQL ") + (version != nullptr ? version : "of unknown version");
  const auto asked = SteadyClock::now();
  SW_TRY(const std::int64_t tables,
         numberOf(*connection,
                  "SELECT count(*) FROM pg_tables WHERE tablename = "
                  "'schema_migrations' AND schemaname = ANY (current_schemas(false))"));
  state.latency = SteadyClock::now() - asked;
  if (tables > 0) {
    SW_TRY(const std::int64_t applied, numberOf(*connection, kVersion));
    state.schemaVersion = static_cast<int>(applied);
  }
  SW_TRY(state.connections, numberOf(*connection, "SELECT count(*) FROM pg_stat_activity"));
  SW_TRY(state.maxConnections,
         numberOf(*connection, "SELECT current_setting('max_connections')::bigint"));
  return state;
}

}  // namespace sw::sql
