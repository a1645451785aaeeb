#include "obs/span_queue.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace sw::obs {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds until(SteadyClock::time_point deadline) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()));
}

}  // namespace

SpanQueue::SpanQueue(SpanQueueOptions options, std::unique_ptr<SpanExporter> exporter,
                     const TraceMask& mask, MetricCatalog& catalog, const Logger& logger)
    : options_(options),
      exporter_(std::move(exporter)),
      mask_(mask),
      logger_(logger),
      emitted_(catalog.telemetryEmitted.handle(label::Signal::kTraces)),
      exported_(catalog.telemetryExported.handle(label::Signal::kTraces)),
      random_(std::random_device{}()) {
  for (std::size_t i = 0; i < dropped_.size(); ++i) {
    dropped_[i] = catalog.telemetryDropped.handle(label::Signal::kTraces,
                                                  static_cast<label::DropReason::Value>(i));
  }
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "traces");
}

SpanQueue::~SpanQueue() { stop(milliseconds(0)); }

void SpanQueue::lose(std::size_t spans, label::DropReason::Value reason) {
  if (spans > 0) dropped_[static_cast<std::size_t>(reason)].increment(spans);
}

void SpanQueue::keep(std::shared_ptr<KeptTrace> trace) {
  const std::size_t spans = trace->spanCount();
  emitted_.increment(spans + trace->lostSpans);
  lose(trace->lostSpans, label::DropReason::kTooLarge);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const bool fits = queue_.empty() || queued_ + spans <= options_.maxSpans;
    if (stopping_ || !fits) {
      lose(spans, stopping_ ? label::DropReason::kShutdown : label::DropReason::kQueueFull);
      return;
    }
    if (queue_.empty()) oldest_ = SteadyClock::now();
    const std::size_t before = queued_;
    queue_.emplace_back(std::move(trace), spans);
    queued_ += spans;
    // The thread also waits for the first, from whose time it counts the delay.
    wake = before == 0 || (before < options_.batchSpans && queued_ >= options_.batchSpans);
  }
  if (wake) wake_.notify_one();
}

/// True when there is something to send; false at the end.
bool SpanQueue::waitForBatch(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    if (aborted_) return false;
    if (stopping_) return !queue_.empty();
    if (queued_ >= options_.batchSpans) return true;
    if (queue_.empty()) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      continue;
    }
    const auto due = oldest_ + options_.scheduleDelay;
    if (SteadyClock::now() >= due) return true;
    wake_.wait_until(lock, due, [this] { return stopping_ || queued_ >= options_.batchSpans; });
  }
}

SpanQueue::Traces SpanQueue::takeBatch() {
  Traces batch;
  std::size_t spans = 0;
  while (!queue_.empty()) {
    const std::size_t more = queue_.front().second;
    if (!batch.empty() && spans + more > options_.batchSpans) break;
    batch.push_back(std::move(queue_.front().first));
    queue_.pop_front();
    spans += more;
    queued_ -= more;
  }
  oldest_ = SteadyClock::now();
  return batch;
}

void SpanQueue::run() {
  std::unique_lock lock(mutex_);
  while (waitForBatch(lock)) {
    Traces batch = takeBatch();
    lock.unlock();
    exportBatch(batch);
    lock.lock();
  }
  for (const auto& [trace, spans] : queue_) lose(spans, label::DropReason::kShutdown);
  queue_.clear();
  queued_ = 0;
  ended_ = true;
  done_.notify_all();
}

milliseconds SpanQueue::backoff(int attempt) {
  const auto doubled = options_.firstBackoff * (1 << std::min(attempt, 10));
  const auto most = std::min<milliseconds>(doubled, options_.maxBackoff);
  std::uniform_real_distribution<double> spread(0.5, 1.5);
  return std::chrono::duration_cast<milliseconds>(most * spread(random_));
}

/// Waits between two attempts. False when there is no time for another.
bool SpanQueue::pause(milliseconds delay, SteadyTime deadline) {
  if (SteadyClock::now() + delay >= deadline) return false;
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, delay, [this] { return stopping_; });
}

void SpanQueue::exportBatch(Traces& batch) {
  std::size_t spans = 0;
  for (const auto& trace : batch) {
    mask_.apply(*trace);
    spans += trace->spanCount();
  }
  const auto deadline = SteadyClock::now() + options_.exportTimeout;
  for (int attempt = 0;; ++attempt) {
    milliseconds patience = std::min(options_.sendTimeout, until(deadline));
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) patience = std::min(patience, until(stopBy_));
    }
    const ExportOutcome outcome = exporter_->send(batch, std::max(patience, milliseconds(1)));
    if (outcome.kind == ExportOutcome::Kind::kAccepted) {
      const std::size_t rejected = std::min(outcome.rejected, spans);
      exported_.increment(spans - rejected);
      lose(rejected, label::DropReason::kExportFailed);
      noteSuccess();
      return;
    }
    noteFailure(outcome);
    const bool again = outcome.kind != ExportOutcome::Kind::kRefused;
    if (again &&
        pause(std::max(backoff(attempt), outcome.retryAfter.value_or(milliseconds(0))), deadline)) {
      continue;
    }
    bool stopping = false;
    {
      // While stopping nothing is tried twice, and after a failure nothing else is tried.
      const std::lock_guard lock(mutex_);
      stopping = stopping_;
      if (stopping) aborted_ = true;
    }
    lostWhileFailing_ += spans;
    const bool limited = outcome.kind == ExportOutcome::Kind::kLimited;
    lose(spans, stopping && again ? label::DropReason::kShutdown
                : limited         ? label::DropReason::kRateLimited
                                  : label::DropReason::kExportFailed);
    return;
  }
}

void SpanQueue::noteFailure(const ExportOutcome& outcome) {
  if (std::exchange(failing_, true)) return;
  lostWhileFailing_ = 0;
  logger_.warn("The receiver of traces does not take them",
               {operation("export_traces"), field("reason", outcome.reason),
                field("willRetry", outcome.kind != ExportOutcome::Kind::kRefused)});
}

void SpanQueue::noteSuccess() {
  if (!std::exchange(failing_, false)) return;
  logger_.info("The receiver of traces takes them again",
               {operation("export_traces"),
                field("spansLost", static_cast<std::int64_t>(lostWhileFailing_))});
}

void SpanQueue::stop(milliseconds patience) {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    stopBy_ = SteadyClock::now() + patience;
    wake_.notify_all();
    if (!done_.wait_until(lock, stopBy_, [this] { return ended_; })) {
      aborted_ = true;
      exporter_->abort();
    }
  }
  thread_.join();
}

}  // namespace sw::obs
