#include "app/sql_metrics.h"

#include <array>
#include <memory>
#include <mutex>

namespace sw::app {
namespace {

namespace label = obs::label;

label::DbBackend::Value backendOf(sql::Dialect dialect) {
  return dialect == sql::Dialect::kSqlite ? label::DbBackend::kSqlite
                                          : label::DbBackend::kPostgresql;
}

label::DbOperation::Value labelOf(sql::Operation operation) {
  switch (operation) {
    case sql::Operation::kSelect: return label::DbOperation::kSelect;
    case sql::Operation::kInsert: return label::DbOperation::kInsert;
    case sql::Operation::kUpdate: return label::DbOperation::kUpdate;
    case sql::Operation::kDelete: return label::DbOperation::kDelete;
    case sql::Operation::kTransaction: break;
  }
  return label::DbOperation::kTx;
}

}  // namespace

SqlMetrics::SqlMetrics(obs::MetricCatalog& catalog, sql::Dialect dialect)
    : probe_(catalog, backendOf(dialect)) {}

void SqlMetrics::queryFinished(sql::Operation operation, std::chrono::nanoseconds duration,
                               bool ok) {
  probe_.queryFinished(labelOf(operation), ok, duration);
  // Read first: a line that all threads only read costs them nothing.
  if (!progress_.load(std::memory_order_relaxed)) {
    progress_.store(true, std::memory_order_relaxed);
  }
}

void SqlMetrics::queryAnswered(const sql::AnsweredQuery& query) {
  obs::SqlProbe::Query told;
  told.name = query.name;
  told.operation = labelOf(query.operation);
  told.statements = query.statements;
  told.asked = query.asked;
  told.answered = query.answered;
  if (query.error != nullptr) told.errorType = base::describe(query.error->code()).label;
  probe_.queryAnswered(told);
}

void SqlMetrics::writesGrouped(std::size_t batches, std::chrono::nanoseconds waited) {
  probe_.groupCommitted(batches);
  probe_.queueEntryTaken(label::WorkQueue::kDbWrite, waited);
}

void SqlMetrics::queueRejected(sql::Pool pool) {
  probe_.queueRejected(pool == sql::Pool::kWrite ? label::WorkQueue::kDbWrite
                                                 : label::WorkQueue::kDbRead);
}

/// A scrape may run while the database is taken down: the lock keeps both apart.
struct PoolMetrics::Shared {
  struct Gauges {
    obs::GaugeHandle active, max, waiting;
  };

  void set(const Gauges& gauges, const sql::PoolUse& use) const {
    gauges.active.set(static_cast<double>(use.active));
    gauges.max.set(static_cast<double>(use.max));
    gauges.waiting.set(static_cast<double>(use.waiting));
  }
  void collect() {
    const std::lock_guard lock(mutex);
    if (database == nullptr) return;
    const sql::PoolUse reads = database->poolUse(sql::Pool::kRead);
    const sql::PoolUse writes = database->poolUse(sql::Pool::kWrite);
    set(read, reads);
    set(write, writes);
    readQueue.set(static_cast<double>(reads.waiting));
    writeQueue.set(static_cast<double>(writes.waiting));
  }

  std::mutex mutex;
  const sql::Database* database;
  Gauges read, write;
  obs::GaugeHandle readQueue, writeQueue;
};

PoolMetrics::PoolMetrics(obs::MetricCatalog& catalog, const sql::Database& database)
    : shared_(std::make_shared<Shared>()) {
  const auto gauges = [&catalog](label::DbPool::Value pool) {
    return Shared::Gauges{catalog.dbConnectionsActive.handle(pool),
                          catalog.dbConnectionsMax.handle(pool),
                          catalog.dbConnectionsWaiting.handle(pool)};
  };
  shared_->database = &database;
  shared_->read = gauges(label::DbPool::kRead);
  shared_->write = gauges(label::DbPool::kWrite);
  shared_->readQueue = catalog.queueLength.handle(label::WorkQueue::kDbRead);
  shared_->writeQueue = catalog.queueLength.handle(label::WorkQueue::kDbWrite);
  catalog.metrics().addCollector([shared = shared_] { shared->collect(); });
}

PoolMetrics::~PoolMetrics() {
  const std::lock_guard lock(shared_->mutex);
  shared_->database = nullptr;
}

}  // namespace sw::app
