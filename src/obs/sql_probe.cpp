#include "obs/sql_probe.h"

namespace sw::obs {

SqlProbe::SqlProbe(MetricCatalog& catalog, Backend backend)
    : groupSize_(catalog.dbCommitGroupSize.handle()) {
  for (std::size_t operation = 0; operation < queries_.size(); ++operation) {
    for (std::size_t status = 0; status < queries_[operation].size(); ++status) {
      queries_[operation][status] = catalog.dbQueryDuration.handle(
          backend, static_cast<Operation>(operation), static_cast<label::DbStatus::Value>(status));
    }
  }
  for (std::size_t i = 0; i < kPools; ++i) {
    const auto pool = static_cast<Pool>(i);
    active_[i] = catalog.dbConnectionsActive.handle(pool);
    max_[i] = catalog.dbConnectionsMax.handle(pool);
    waiting_[i] = catalog.dbConnectionsWaiting.handle(pool);
  }
  for (std::size_t i = 0; i < kQueues; ++i) {
    const auto queue = static_cast<Queue>(i);
    queueLength_[i] = catalog.queueLength.handle(queue);
    queueWait_[i] = catalog.queueWait.handle(queue);
    queueRejected_[i] = catalog.queueRejected.handle(queue);
  }
}

void SqlProbe::poolOpened(Pool pool, std::size_t connections) const {
  max_[pool].set(static_cast<double>(connections));
  active_[pool].add(0);
  waiting_[pool].add(0);
}

}  // namespace sw::obs
