#pragma once

#include "base/worker_pool.h"
#include "obs/metric_catalog.h"

namespace sw::app {

/// Turns what a pool of workers tells into metrics. Owned by the composition root; thread-safe.
class WorkerMetrics final : public base::WorkerPoolObserver {
 public:
  explicit WorkerMetrics(obs::MetricCatalog& catalog,
                         obs::label::WorkQueue::Value queue = obs::label::WorkQueue::kWorker)
      : length_(catalog.queueLength.handle(queue)),
        wait_(catalog.queueWait.handle(queue)),
        rejected_(catalog.queueRejected.handle(queue)) {}

  void queueChanged(std::size_t waiting) override { length_.set(static_cast<double>(waiting)); }
  void jobTaken(std::chrono::nanoseconds waited) override { wait_.observe(waited); }
  void jobRefused() override { rejected_.increment(); }

 private:
  const obs::GaugeHandle length_;
  const obs::HistogramHandle wait_;
  const obs::CounterHandle rejected_;
};

/// The pool for what is asked for by callers and takes long. `threads` 0 suits the machine.
base::WorkerPool::Options workerOptions(std::size_t threads);

}  // namespace sw::app
