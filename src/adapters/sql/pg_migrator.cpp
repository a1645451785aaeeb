#include "adapters/sql/pg_migrator.h"

#include <string>
#include <vector>

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

constexpr const char* kMakeHistory = R"sql(
CREATE TABLE IF NOT EXISTS schema_migrations (
  version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied bigint NOT NULL
))sql";
constexpr Statement kHistory{"schema.history", Operation::kSelect,
                             "SELECT version, checksum FROM schema_migrations ORDER BY version"};
constexpr Statement kServerVersion{"schema.server_version", Operation::kSelect, "",
                                   "SELECT CAST(current_setting('server_version_num') AS bigint)"};
constexpr std::int64_t kOldestServer = 150000;
// The lock's number is ours alone: the first bytes of "schedwkr".
constexpr const char* kLock = "SELECT pg_advisory_lock(8315168200910465906)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(8315168200910465906)";

Task<Result<int>> runAll(PgConnection& connection, const base::Clock& clock,
                         std::span<const Migration> known) {
  std::vector<AppliedMigration> applied;
  auto collect = [&](const Row& row) {
    applied.push_back({static_cast<int>(row.integer(0)), row.string(1)});
  };
  const RowSink sink(collect);
  SW_CO_CHECK(co_await connection.execute(kMakeHistory));
  SW_CO_CHECK(co_await connection.read(kHistory, Params(), sink));
  SW_CO_TRY(const auto pending, pendingMigrations(known, applied, Dialect::kPostgres));
  for (const Migration& step : pending) {
    std::string script = "BEGIN;" + step.script(Dialect::kPostgres);
    script += ";INSERT INTO schema_migrations VALUES (" + std::to_string(step.version) + ", '" +
              std::string(step.name) + "', '" + step.checksum(Dialect::kPostgres) + "', " +
              std::to_string(clock.now().time_since_epoch().count()) + ");COMMIT";
    const Result<void> done = co_await connection.execute(std::move(script));
    if (!done.ok()) {
      static_cast<void>(co_await connection.execute("ROLLBACK"));
      co_return done.error().wrap("migration " + std::to_string(step.version) + " (" +
                                  std::string(step.name) + ")");
    }
  }
  co_return static_cast<int>(pending.size());
}

}  // namespace

Task<Result<int>> migratePostgres(PgConnection& connection, const base::Clock& clock,
                                  std::span<const Migration> known) {
  std::int64_t server = 0;
  auto keep = [&](const Row& row) { server = row.integer(0); };
  const RowSink sink(keep);
  SW_CO_CHECK(co_await connection.read(kServerVersion, Params(), sink));
  if (server < kOldestServer) {
    co_return Error(Code::kConfiguration, "PostgreSQL 15 or newer is needed, the server is " +
                                              std::to_string(server / 10000));
  }
  SW_CO_CHECK(co_await connection.execute("SET statement_timeout = 0"));
  SW_CO_CHECK(co_await connection.execute(kLock));
  auto outcome = co_await runAll(connection, clock, known);
  SW_CO_CHECK(co_await connection.execute(kUnlock));
  co_return outcome;
}

}  // namespace sw::sql
