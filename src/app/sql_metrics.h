#pragma once

#include <atomic>
#include <memory>

#include "adapters/sql/database.h"
#include "obs/metric_catalog.h"
#include "obs/sql_probe.h"

namespace sw::app {

/// Turns what the database tells into metrics and spans. Owned by the composition root, outlives
/// the database. Thread-safe.
class SqlMetrics final : public sql::SqlObserver {
 public:
  SqlMetrics(obs::MetricCatalog& catalog, sql::Dialect dialect);

  void queryFinished(sql::Operation operation, std::chrono::nanoseconds duration, bool ok) override;
  void queryAnswered(const sql::AnsweredQuery& query) override;
  void writesGrouped(std::size_t batches, std::chrono::nanoseconds waited) override;
  void queueRejected(sql::Pool pool) override;

  /// Whether a query has ended since the last call.
  bool takeProgress() { return progress_.exchange(false, std::memory_order_relaxed); }

 private:
  std::atomic<bool> progress_{false};
  obs::SqlProbe probe_;
};

/// Lets every scrape read how far the pools of `database` are used, as long as it lives; ends
/// when this is destroyed. Thread-safe.
class PoolMetrics {
 public:
  PoolMetrics(obs::MetricCatalog& catalog, const sql::Database& database);
  PoolMetrics(const PoolMetrics&) = delete;
  PoolMetrics& operator=(const PoolMetrics&) = delete;
  ~PoolMetrics();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace sw::app
