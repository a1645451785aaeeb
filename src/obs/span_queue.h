#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/span_exporter.h"
#include "obs/trace_mask.h"

namespace sw::obs {

struct SpanQueueOptions {
  using Duration = std::chrono::milliseconds;
  std::size_t maxSpans = 2048;  // that wait (OTEL_BSP_MAX_QUEUE_SIZE); a trace alone always fits
  std::size_t batchSpans = 512;
  Duration scheduleDelay{5'000};   // longest wait of a span for its batch to fill
  Duration exportTimeout{30'000};  // of one batch with all its attempts
  Duration sendTimeout{10'000};    // of one attempt
  Duration firstBackoff{1'000};    // doubles with each attempt, and is spread by half
  Duration maxBackoff{10'000};
};

/// Traces on their way to a receiver: a bounded queue and the thread that masks, batches, sends
/// and tries again. What cannot be sent is counted as lost and never holds anybody up: emitted is
/// exported plus dropped whenever nothing waits. Says once in the log that the receiver fails and
/// once that it is back. Owned by the composition root; thread-safe.
class SpanQueue final : public TraceKeeper {
 public:
  SpanQueue(SpanQueueOptions options, std::unique_ptr<SpanExporter> exporter, const TraceMask& mask,
            MetricCatalog& catalog, const Logger& logger);
  /// As `stop` without patience.
  ~SpanQueue() override;

  /// Queues the trace, or counts it as lost when there is no room.
  void keep(std::shared_ptr<KeptTrace> trace) override;

  /// Sends what waits, for `patience` at most, and ends the thread; what is left is lost. Blocks.
  void stop(std::chrono::milliseconds patience);

 private:
  using Traces = std::vector<std::shared_ptr<KeptTrace>>;
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run();
  bool waitForBatch(std::unique_lock<std::mutex>& lock);
  Traces takeBatch();
  void exportBatch(Traces& batch);
  [[nodiscard]] bool pause(std::chrono::milliseconds delay, SteadyTime deadline);
  [[nodiscard]] std::chrono::milliseconds backoff(int attempt);
  void lose(std::size_t spans, label::DropReason::Value reason);
  void noteFailure(const ExportOutcome& outcome);
  void noteSuccess();

  const SpanQueueOptions options_;
  const std::unique_ptr<SpanExporter> exporter_;
  const TraceMask& mask_;
  const Logger logger_;
  CounterHandle emitted_, exported_;
  std::array<CounterHandle, label::DropReason::kValues.size()> dropped_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<std::pair<std::shared_ptr<KeptTrace>, std::size_t>> queue_;  // with its spans
  std::size_t queued_ = 0;                                                // spans
  SteadyTime oldest_{};
  bool stopping_ = false;
  bool aborted_ = false;
  SteadyTime stopBy_{};
  bool ended_ = false;
  std::condition_variable done_;

  // Of the thread.
  bool failing_ = false;
  std::size_t lostWhileFailing_ = 0;
  std::minstd_rand random_;
  std::thread thread_;
};

}  // namespace sw::obs
