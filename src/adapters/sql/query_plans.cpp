#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "adapters/sql/pg_protocol.h"
#include "adapters/sql/slow_query_log.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

/// Columns of EXPLAIN QUERY PLAN: id, parent, not used, detail
/// (https://www.sqlite.org/eqp.html).
Result<std::string> explainInSqlite(const SqliteOptions& options, const Statement& statement) {
  SW_TRY(const auto connection, SqliteConnection::open(options, SqliteConnection::Role::kReader));
  const std::string question = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(connection->handle(), question.c_str(), -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalize> prepared(raw);
  if (code != SQLITE_OK) return sqliteError(code, connection->handle(), statement.name);
  std::string plan;
  std::map<int, std::size_t> depths;
  while ((code = sqlite3_step(prepared.get())) == SQLITE_ROW) {
    const auto parent = depths.find(sqlite3_column_int(prepared.get(), 1));
    const std::size_t depth = parent == depths.end() ? 0 : parent->second + 1;
    depths[sqlite3_column_int(prepared.get(), 0)] = depth;
    const unsigned char* detail = sqlite3_column_text(prepared.get(), 3);
    if (!plan.empty()) plan += '\n';
    plan.append(depth * 2, ' ');
    if (detail != nullptr) plan += reinterpret_cast<const char*>(detail);
  }
  if (code != SQLITE_DONE) return sqliteError(code, connection->handle(), statement.name);
  return plan;
}

/// How many parameters "?1" … a statement has.
int parametersOf(std::string_view sql) {
  int most = 0;
  for (std::size_t at = sql.find('?'); at != std::string_view::npos; at = sql.find('?', at + 1)) {
    int number = 0;
    std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
    most = std::max(most, number);
  }
  return most;
}

Result<PgResult> ask(PGconn& connection, const std::string& sql, std::string_view doing) {
  PgResult result(PQexec(&connection, sql.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  std::string message = std::string(doing) + ": " + PQerrorMessage(&connection);
  while (message.ends_with('\n')) message.pop_back();
  return Error(Code::kUnavailable, std::move(message));
}

/// The plan for whatever values: what is prepared and then forced to be generic is explained with
/// $1 … in it, where an EXPLAIN with NULLs would be folded to nothing.
Result<std::string> explainInPostgres(const PostgresOptions& options, const Statement& statement) {
  constexpr const char* kKeys[] = {"dbname", "application_name", "connect_timeout", nullptr};
  const char* values[] = {options.url.c_str(), "scheduling-worker plans", "5", nullptr};
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdbParams(kKeys, values, 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return Error(Code::kUnavailable, "cannot connect for a plan");
  }
  SW_TRY(const PgResult begun, ask(*connection,
                                   "BEGIN READ ONLY; SET LOCAL statement_timeout = 5000; "
                                   "SET LOCAL plan_cache_mode = force_generic_plan",
                                   statement.name));
  SW_TRY(const PgResult prepared,
         ask(*connection, "PREPARE slow AS " + toPostgresParameters(statement.postgres),
             statement.name));
  std::string call = "EXPLAIN EXECUTE slow";
  for (int i = 0; i < parametersOf(statement.postgres); ++i) call += i == 0 ? "(NULL" : ", NULL";
  if (call.find('(') != std::string::npos) call += ')';
  SW_TRY(const PgResult explained, ask(*connection, call, statement.name));
  std::string plan;
  for (int row = 0; row < PQntuples(explained.get()); ++row) {
    if (row > 0) plan += '\n';
    plan += PQgetvalue(explained.get(), row, 0);
  }
  return plan;
}

}  // namespace

PlanReader sqlitePlans(SqliteOptions options) {
  return [options = std::move(options)](const Statement& statement) {
    return explainInSqlite(options, statement);
  };
}

PlanReader postgresPlans(PostgresOptions options) {
  return [options = std::move(options)](const Statement& statement) {
    return explainInPostgres(options, statement);
  };
}

}  // namespace sw::sql
