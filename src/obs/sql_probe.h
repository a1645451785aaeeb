#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/clock.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What the database adapter tells of itself. One for each database; thread-safe.
class SqlProbe {
 public:
  using Backend = label::DbBackend::Value;
  using Operation = label::DbOperation::Value;
  using Pool = label::DbPool::Value;
  using Queue = label::WorkQueue::Value;

  SqlProbe(MetricCatalog& catalog, Backend backend);

  /// A statement, or a transaction as a whole, has ended; waiting for locks counts.
  void queryFinished(Operation operation, bool succeeded, std::chrono::nanoseconds duration) const {
    queries_[operation][succeeded ? label::DbStatus::kOk : label::DbStatus::kError].observe(
        duration);
  }

  /// A read, or a transaction as a whole, as whoever asked for it saw it.
  struct Query {
    std::string_view name;  // of the statement, of a transaction's first one; in static storage
    Operation operation = Operation::kSelect;
    std::size_t statements = 1;
    base::Monotonic asked{};
    base::Monotonic answered{};
    std::string_view errorType{};  // in static storage; empty when it went well
  };
  /// Adds a span to the trace that the calling thread works for.
  void queryAnswered(const Query& query) const;

  /// A pool of `connections` exists from now on.
  void poolOpened(Pool pool, std::size_t connections) const;
  void connectionAcquired(Pool pool) const { active_[pool].add(1); }
  void connectionReleased(Pool pool) const { active_[pool].add(-1); }
  void waitBegun(Pool pool) const { waiting_[pool].add(1); }
  void waitEnded(Pool pool) const { waiting_[pool].add(-1); }

  /// Writes that shared one commit.
  void groupCommitted(std::size_t writes) const { groupSize_.observe(static_cast<double>(writes)); }
  /// A bounded queue now holds `length` entries.
  void queueChanged(Queue queue, std::size_t length) const {
    queueLength_[queue].set(static_cast<double>(length));
  }
  /// An entry left a queue after `waited`.
  void queueEntryTaken(Queue queue, std::chrono::nanoseconds waited) const {
    queueWait_[queue].observe(waited);
  }
  /// A full queue refused an entry.
  void queueRejected(Queue queue) const { queueRejected_[queue].increment(); }

 private:
  Backend backend_;
  static constexpr std::size_t kPools = label::DbPool::kValues.size();
  static constexpr std::size_t kQueues = label::WorkQueue::kValues.size();

  std::array<std::array<HistogramHandle, label::DbStatus::kValues.size()>,
             label::DbOperation::kValues.size()>
      queries_;
  std::array<GaugeHandle, kPools> active_;
  std::array<GaugeHandle, kPools> max_;
  std::array<GaugeHandle, kPools> waiting_;
  HistogramHandle groupSize_;
  std::array<GaugeHandle, kQueues> queueLength_;
  std::array<HistogramHandle, kQueues> queueWait_;
  std::array<CounterHandle, kQueues> queueRejected_;
};

}  // namespace sw::obs
