#include "adapters/sql/pg_database.h"

#include <array>
#include <utility>

#include "adapters/sql/pg_migrator.h"
#include "adapters/sql/slow_query_log.h"
#include "base/loop.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using SteadyClock = std::chrono::steady_clock;

constexpr Statement kPing{"ping", Operation::kSelect, "SELECT count(*) FROM schema_migrations"};
constexpr int kWriteAttempts = 5;
// A migration may rewrite a large table.
constexpr std::chrono::hours kMigrationTimeout{24};

std::atomic<std::uint64_t> lastNumber{0};

// Counts a caller of one kind from its question to its answer.
class Counted {
 public:
  explicit Counted(PgUse& use) : use_(use) { use_.active.fetch_add(1, std::memory_order_relaxed); }
  ~Counted() { use_.active.fetch_sub(1, std::memory_order_relaxed); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  PgUse& use_;
};

}  // namespace

PostgresDatabase::PostgresDatabase(PostgresOptions options, SqlObserver* observer)
    : options_(std::move(options)), observer_(observer), number_(++lastNumber) {}

Task<Result<std::unique_ptr<PostgresDatabase>>> PostgresDatabase::open(
    PostgresOptions options, const base::Clock& clock, SqlObserver* observer,
    std::span<const Migration> known) {
  std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(std::move(options), observer));
  PostgresOptions patient = database->options_;
  patient.queryTimeout = kMigrationTimeout;
  SW_CO_TRY(const auto connection, co_await PgConnection::connect(patient, database->dog_));
  SW_CO_TRY(database->migrationsRun_, co_await migratePostgres(*connection, clock, known));
  co_return database;
}

PgPool& PostgresDatabase::poolOfThisThread() {
  struct Last {
    std::uint64_t number = 0;
    PgPool* pool = nullptr;
  };
  thread_local Last last;
  if (last.number == number_) return *last.pool;
  const std::lock_guard lock(mutex_);
  auto& pool = pools_[std::this_thread::get_id()];
  if (!pool) pool = std::make_unique<PgPool>(options_, dog_, poolUse_);
  last = {number_, pool.get()};
  return *pool;
}

void PostgresDatabase::tellIfFull(const PgPool& pool, Pool kind) const {
  if (observer_ != nullptr && pool.isFull()) observer_->queueRejected(kind);
}

Task<Result<void>> PostgresDatabase::read(const Statement& statement, Params params, RowSink sink,
                                          ReadKind /*kind*/) {
  const auto started = SteadyClock::now();
  const Counted counted(readUse_);
  PgPool& pool = poolOfThisThread();
  Result<void> outcome;
  std::int64_t rows = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    tellIfFull(pool, Pool::kRead);
    auto connection = co_await pool.acquire();
    if (!connection.ok()) {
      outcome = connection.error();
      break;
    }
    outcome = co_await (*connection)->read(statement, params, sink, &rows);
    const bool again = !outcome.ok() && !(*connection)->usable();
    pool.release(*std::move(connection));
    if (!again || SteadyClock::now() - started > options_.queryTimeout) break;
  }
  if (observer_ != nullptr) {
    const auto ended = SteadyClock::now();
    observer_->queryFinished(statement.operation, ended - started, outcome.ok());
    observer_->queryAnswered({statement.name, statement.operation, 1, started, ended,
                              outcome.ok() ? nullptr : &outcome.error()});
    if (slowQueries_ != nullptr) slowQueries_->finished(statement, ended - started, rows);
  }
  co_return outcome;
}

Task<Result<WriteOutcome>> PostgresDatabase::write(WriteBatch batch) {
  const auto started = SteadyClock::now();
  const Counted counted(writeUse_);
  PgPool& pool = poolOfThisThread();
  Result<WriteOutcome> outcome = WriteOutcome();
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    tellIfFull(pool, Pool::kWrite);
    auto connection = co_await pool.acquire();
    if (!connection.ok()) {
      outcome = connection.error();
      break;
    }
    PgConnection::WriteFailure failure;
    outcome = co_await (*connection)->write(batch, failure);
    pool.release(*std::move(connection));
    const bool inTime = SteadyClock::now() - started < options_.queryTimeout;
    if (outcome.ok() || !failure.mayRetry || !inTime) break;
  }
  if (observer_ != nullptr) {
    const auto ended = SteadyClock::now();
    observer_->queryFinished(Operation::kTransaction, ended - started, outcome.ok());
    if (!batch.entries().empty()) {
      observer_->queryAnswered({batch.entries().front().statement->name, Operation::kTransaction,
                                batch.entries().size(), started, ended,
                                outcome.ok() ? nullptr : &outcome.error()});
      if (slowQueries_ != nullptr) {
        slowQueries_->finished(batch, ended - started, outcome.ok() ? &*outcome : nullptr);
      }
    }
    observer_->writesGrouped(1, std::chrono::nanoseconds(0));
  }
  co_return outcome;
}

PoolUse PostgresDatabase::poolUse(Pool pool) const {
  const PgUse& use = pool == Pool::kRead ? readUse_ : writeUse_;
  const std::int64_t waiting = poolUse_.waiting.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  const auto threads = static_cast<std::int64_t>(pools_.size());
  const std::int64_t active = use.active.load(std::memory_order_relaxed);
  const std::int64_t most = threads * options_.connectionsPerThread;
  // Both kinds share the connections and one line.
  return {std::min(active, most), most, waiting};
}

Task<Result<void>> PostgresDatabase::ping() {
  auto ignore = [](const Row&) {};
  co_return co_await read(kPing, Params(), ignore);
}

}  // namespace sw::sql
