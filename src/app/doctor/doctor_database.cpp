#include <chrono>
#include <string>

#include "adapters/sql/database_check.h"
#include "adapters/sql/migration.h"
#include "app/doctor/doctor.h"
#include "app/serve_settings.h"
#include "app/stores.h"

namespace sw::app {
namespace {

using base::Code;
using base::Result;
using namespace std::chrono_literals;

constexpr auto kCheckFor = 20s;
constexpr auto kSlowAnswer = 250ms;

std::string milliseconds(std::chrono::nanoseconds value) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  return std::to_string(micros / 1000) + "." + std::to_string(micros / 100 % 10) + " ms";
}

void checkSchema(const sql::DatabaseState& state, Findings& findings) {
  constexpr std::string_view kName = "database-migrations";
  const int newest = sql::newestSchema();
  const std::string message = "the schema is at version " + std::to_string(state.schemaVersion) +
                              " of " + std::to_string(newest);
  if (state.schemaVersion > newest) {
    findings.fail(kName, message + ": a newer program has been here",
                  "Run that version again, or restore a backup from before it");
  } else if (state.schemaVersion < newest) {
    findings.warn(kName, message,
                  "`scheduling-worker migrate` brings it forward now; serve does so at its start");
  } else {
    findings.ok(kName, message);
  }
}

void checkIntegrity(const sql::DatabaseState& state, Findings& findings) {
  constexpr std::string_view kName = "database-integrity";
  if (!state.integrity) {
    findings.warn(kName, "the check of its pages did not end in time",
                  "Run sqlite3 FILE 'PRAGMA quick_check' when there is time for it");
  } else if (*state.integrity == "ok") {
    findings.ok(kName, "every page of the file is whole");
  } else {
    findings.fail(kName, "the file is damaged: " + *state.integrity,
                  "Stop the service and restore a backup: docs/runbooks/restore-a-backup.md");
  }
}

void checkPool(const base::Config& config, const sql::DatabaseState& state, Findings& findings) {
  constexpr std::string_view kName = "database-pool";
  if (!state.connections || !state.maxConnections) return;
  const auto wanted =
      std::int64_t{sql::PostgresOptions(postgresOptions(config)).connectionsPerThread} *
      static_cast<std::int64_t>(httpThreads(config.http));
  const std::string message =
      std::to_string(*state.connections) + " of " + std::to_string(*state.maxConnections) +
      " connections of the server are in use; this copy takes up to " + std::to_string(wanted);
  if (*state.connections + wanted > *state.maxConnections) {
    findings.warn(kName, message,
                  "Lower DB_POOL_SIZE or raise max_connections: all copies together must fit");
  } else {
    findings.ok(kName, message);
  }
}

std::string adviceFor(sql::Dialect dialect, Code code) {
  if (dialect == sql::Dialect::kPostgres) {
    return "Is the server up (pg_isready)? Do DATABASE_URL's host, name, user and password hold? "
           "docs/runbooks/database-connection-issues.md";
  }
  if (code == Code::kCorrupted) return "Restore a backup: docs/runbooks/restore-a-backup.md";
  return "Look at the file's owner and mode, and at the disk: df -h, dmesg";
}

}  // namespace

void checkDatabase(const base::LoadedConfig& loaded, const base::Clock& /*clock*/,
                   Findings& findings) {
  const base::Config& config = loaded.config;
  const sql::Dialect dialect = dialectOf(config.data);
  const bool sqlite = dialect == sql::Dialect::kSqlite;
  if (sqlite && sqliteFile(config.data).filename().empty()) {
    findings.fail("connection-string", "DATABASE_URL names no file",
                  "Write sqlite: with the path of a file");
    return;
  }
  findings.ok("connection-string", "DATABASE_URL means " +
                                       std::string(sqlite ? "SQLite" : "PostgreSQL") + ": " +
                                       config.data.databaseUrl);
  const Result<sql::DatabaseState> state =
      sqlite ? sql::lookAtSqlite(sqliteOptions(config.data), kCheckFor)
             : sql::lookAtPostgres(postgresOptions(config));
  constexpr std::string_view kName = "database";
  if (!state.ok()) {
    if (state.error().code() == Code::kNotFound) {
      findings.ok(kName, "there is none yet; the first start makes it");
    } else {
      findings.fail(kName, state.error().describe(), adviceFor(dialect, state.error().code()));
    }
    return;
  }
  const std::string answer = state->engine + " answered in " + milliseconds(state->latency);
  if (state->latency > kSlowAnswer) {
    findings.warn(kName, answer, "Look at the load of its machine, its disk and the network to it");
  } else {
    findings.ok(kName, answer);
  }
  checkSchema(*state, findings);
  if (sqlite) checkIntegrity(*state, findings);
  checkPool(config, *state, findings);
}

}  // namespace sw::app
