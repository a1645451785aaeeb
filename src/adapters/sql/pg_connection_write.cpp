#include <utility>

#include "adapters/sql/pg_connection.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

}  // namespace

bool PgConnection::sendBatch(const WriteBatch& batch) {
  if (PQenterPipelineMode(connection_) == 0) return false;
  const auto sendPlain = [this](const char* sql) {
    return PQsendQueryParams(connection_, sql, 0, nullptr, nullptr, nullptr, nullptr, 1) != 0;
  };
  if (!sendPlain("BEGIN")) return false;
  for (const WriteBatch::Entry& entry : batch.entries()) {
    const PgParams bound(batch.params(entry));
    const bool known = prepared_.contains(entry.statement) || preparing_.contains(entry.statement);
    if (!known && !sendPrepare(*entry.statement, bound)) return false;
    if (!sendBound(*entry.statement, bound)) return false;
  }
  return PQsendFlushRequest(connection_) != 0;
}

// The results in the order of `sendBatch`. In a pipeline each command's results end with a null.
Task<Result<WriteOutcome>> PgConnection::collect(const WriteBatch& batch, WriteFailure& failure) {
  {
    const PgResult begun = co_await nextResult();
    if (!begun) co_return broken("cannot begin");
    co_await drain();
    if (PQresultStatus(begun.get()) != PGRES_COMMAND_OK) {
      co_return pgError(begun.get(), "cannot begin");
    }
  }
  WriteOutcome outcome;
  outcome.reserve(batch.entries().size());
  for (const WriteBatch::Entry& entry : batch.entries()) {
    if (!prepared_.contains(entry.statement)) {
      const PgResult made = co_await nextResult();
      if (!made) co_return broken(entry.statement->name);
      co_await drain();
      if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
        co_return pgError(made.get(), entry.statement->name);
      }
      prepared_.insert(preparing_.extract(entry.statement));
    }
    const PgResult result = co_await nextResult();
    if (!result) co_return broken(entry.statement->name);
    co_await drain();
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      failure.mayRetry = isTransient(result.get());
      const Error error = pgError(result.get(), entry.statement->name);
      if (error.code() != Code::kConflict) co_return error;
      co_return error.wrap(entry.expectation.code, std::string(entry.expectation.tag));
    }
    const StatementOutcome done = outcomeOf(result.get());
    if (!entry.expectation.holds(done.rows)) co_return entry.expectation.failure();
    outcome.push_back(done);
  }
  co_return outcome;
}

// Ends the transaction and the pipeline. After an error the server skips everything up to the
// next synchronisation, so a rollback has to come behind one.
Task<Result<void>> PgConnection::finishBatch(bool commit, WriteFailure& failure) {
  const auto send = [this](const char* sql) {
    return PQsendQueryParams(connection_, sql, 0, nullptr, nullptr, nullptr, nullptr, 1) != 0;
  };
  bool sent = commit ? send("COMMIT") && PQpipelineSync(connection_) != 0
                     : PQpipelineSync(connection_) != 0 && send("ROLLBACK") &&
                           PQpipelineSync(connection_) != 0;
  if (sent) sent = co_await flush();
  if (!sent) co_return broken("cannot end a transaction");
  Result<void> outcome;
  int synchronisations = commit ? 1 : 2;
  while (synchronisations > 0) {
    const PgResult result = co_await nextResult();
    if (broken_) co_return broken("cannot end a transaction");
    if (!result) continue;
    switch (PQresultStatus(result.get())) {
      case PGRES_PIPELINE_SYNC: --synchronisations; break;
      case PGRES_FATAL_ERROR:
        if (commit && outcome.ok()) {
          failure.mayRetry = isTransient(result.get());
          outcome = pgError(result.get(), "cannot commit");
        }
        break;
      default: break;
    }
    if (PQstatus(connection_) != CONNECTION_OK) co_return broken("cannot end a transaction");
  }
  preparing_.clear();
  if (PQexitPipelineMode(connection_) == 0) co_return broken("cannot end a pipeline");
  co_return outcome;
}

Task<Result<WriteOutcome>> PgConnection::write(const WriteBatch& batch, WriteFailure& failure) {
  watch_.arm(PQsocket(connection_), options_.queryTimeout);
  bool sent = sendBatch(batch);
  if (sent) sent = co_await flush();
  if (!sent) {
    failure.mayRetry = true;
    co_return broken("cannot send");
  }
  auto outcome = co_await collect(batch, failure);
  if (broken_) {
    failure.mayRetry = true;
    co_return outcome.error();
  }
  const bool commit = outcome.ok();
  const Result<void> ended = co_await finishBatch(commit, failure);
  watch_.disarm();
  if (commit && broken_) {
    co_return Error(Code::kTimeout, "the connection broke while a write was committed");
  }
  if (commit && !ended.ok()) co_return ended.error();
  co_return outcome;
}

}  // namespace sw::sql
