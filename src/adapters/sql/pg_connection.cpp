#include "adapters/sql/pg_connection.h"

#include <array>
#include <utility>

#include "base/loop.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using Readiness = base::Loop::Readiness;

constexpr int kBinary = 1;

}  // namespace

Task<Result<std::unique_ptr<PgConnection>>> PgConnection::connect(const PostgresOptions& options,
                                                                  PgWatchdog& dog) {
  const std::array<const char*, 4> keys = {"dbname", "client_encoding", "application_name",
                                           nullptr};
  const std::array<const char*, 4> values = {options.url.c_str(), "UTF8", "scheduling-worker",
                                             nullptr};
  PGconn* raw = PQconnectStartParams(keys.data(), values.data(), 1);
  if (raw == nullptr) co_return Error(Code::kUnavailable, "no memory for a connection");
  std::unique_ptr<PgConnection> connection(new PgConnection(raw, options, dog));
  SW_CO_CHECK(co_await connection->establish());
  const std::string timeout = std::to_string(options.queryTimeout.count());
  std::string script = "SET synchronous_commit = on; SET statement_timeout = " + timeout +
                       "; SET idle_in_transaction_session_timeout = " + timeout +
                       "; SET client_min_messages = warning";
  SW_CO_CHECK(co_await connection->execute(std::move(script)));
  co_return connection;
}

Task<Result<void>> PgConnection::establish() {
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  if (PQstatus(connection_) == CONNECTION_BAD) co_return broken("cannot connect");
  while (state != PGRES_POLLING_OK) {
    // The socket may be another one after each step, when a name has several addresses.
    watch_.arm(PQsocket(connection_), options_.connectTimeout);
    const Readiness wanted =
        state == PGRES_POLLING_READING ? Readiness::kReadable : Readiness::kWritable;
    co_await base::whenReady(PQsocket(connection_), wanted);
    watch_.disarm();
    state = PQconnectPoll(connection_);
    if (state == PGRES_POLLING_FAILED) co_return broken("cannot connect");
  }
  PQsetnonblocking(connection_, 1);
  co_return Result<void>();
}

PgConnection::~PgConnection() {
  watch_.disarm();  // before the socket's number may be given to another
  PQfinish(connection_);
}

bool PgConnection::usable() const { return !broken_ && PQstatus(connection_) == CONNECTION_OK; }

Error PgConnection::broken(std::string_view doing) {
  broken_ = true;
  std::string message(doing);
  message += watch_.fired() ? ": no answer in time" : ": ";
  if (!watch_.fired()) message += PQerrorMessage(connection_);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return {Code::kUnavailable, std::move(message)};
}

// False when the connection broke.
Task<bool> PgConnection::flush() {
  for (;;) {
    const int left = PQflush(connection_);
    if (left == 0) co_return true;
    if (left < 0) co_return false;
    // The server may be waiting for us to read before it reads on.
    if (PQconsumeInput(connection_) == 0) co_return false;
    co_await base::whenReady(PQsocket(connection_), Readiness::kWritable);
  }
}

Task<bool> PgConnection::waitForResult() {
  while (PQisBusy(connection_) != 0) {
    co_await base::whenReady(PQsocket(connection_), Readiness::kReadable);
    if (PQconsumeInput(connection_) == 0) co_return false;
  }
  co_return true;
}

// Null at the end of a command's results, and when the connection broke.
Task<PgResult> PgConnection::nextResult() {
  if (PQisBusy(connection_) != 0) {
    const bool intact = co_await waitForResult();
    if (!intact) {
      broken_ = true;
      co_return PgResult();
    }
  }
  co_return PgResult(PQgetResult(connection_));
}

Task<void> PgConnection::drain() {
  while (!broken_) {
    const PgResult rest = co_await nextResult();
    if (!rest) co_return;
  }
}

bool PgConnection::sendPrepare(const Statement& statement, const PgParams& params) {
  std::string name = "s" + std::to_string(++names_);
  const std::string text = toPostgresParameters(statement.postgres);
  if (PQsendPrepare(connection_, name.c_str(), text.c_str(), params.count(), params.types()) == 0) {
    return false;
  }
  preparing_.emplace(&statement, std::move(name));
  return true;
}

bool PgConnection::sendBound(const Statement& statement, const PgParams& params) {
  auto known = prepared_.find(&statement);
  if (known == prepared_.end()) known = preparing_.find(&statement);
  return PQsendQueryPrepared(connection_, known->second.c_str(), params.count(), params.values(),
                             params.lengths(), params.formats(), kBinary) != 0;
}

Task<Result<void>> PgConnection::execute(std::string script) {
  watch_.arm(PQsocket(connection_), options_.queryTimeout + options_.connectTimeout);
  bool sent = PQsendQuery(connection_, script.c_str()) != 0;
  if (sent) sent = co_await flush();
  if (!sent) co_return broken("cannot send");
  Result<void> outcome;
  for (;;) {
    const PgResult result = co_await nextResult();
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good && outcome.ok()) outcome = pgError(result.get(), "cannot run a script");
  }
  watch_.disarm();
  if (broken_) co_return broken("cannot run a script");
  co_return outcome;
}

Task<Result<void>> PgConnection::read(const Statement& statement, Params params,
                                      const RowSink& sink, std::int64_t* rows) {
  const PgParams bound(params);
  watch_.arm(PQsocket(connection_), options_.queryTimeout);
  if (!prepared_.contains(&statement)) {
    bool asked = sendPrepare(statement, bound);
    if (asked) asked = co_await flush();
    if (!asked) co_return broken(statement.name);
    const PgResult result = co_await nextResult();
    if (!result) co_return broken(statement.name);
    auto name = preparing_.extract(&statement);
    const bool good = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    co_await drain();
    if (!good) {
      watch_.disarm();
      co_return pgError(result.get(), statement.name);
    }
    prepared_.insert(std::move(name));
  }
  bool sent = sendBound(statement, bound);
  if (sent) sent = co_await flush();
  if (!sent) co_return broken(statement.name);
  const PgResult result = co_await nextResult();
  if (!result) co_return broken(statement.name);
  co_await drain();
  watch_.disarm();
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
    co_return pgError(result.get(), statement.name);
  }
  PgRow row(result.get());
  const int count = PQntuples(result.get());
  if (rows != nullptr) *rows = count;
  for (int i = 0; i < count; ++i) {
    row.moveTo(i);
    sink(row);
  }
  co_return Result<void>();
}

}  // namespace sw::sql
