#include "adapters/sentry/sentry_sink.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace sw::adapters::sentry {

SentrySink::SentrySink(OutboxOptions options, const obs::TraceMask& mask,
                       obs::MetricCatalog& catalog, obs::Log& log, const base::Clock& clock)
    : outbox_(std::move(options), calls_, mask, catalog, log, clock) {
  thread_ = std::thread([this] { run(); });
}

SentrySink::~SentrySink() { stop(std::chrono::milliseconds(0)); }

void SentrySink::report(obs::ErrorReport report) {
  if (!outbox_.take(std::move(report))) return;
  const std::lock_guard lock(mutex_);
  if (done_) {
    outbox_.dropAll();
    return;
  }
  poked_ = true;
  changed_.notify_all();
}

void SentrySink::run() {
  pthread_setname_np(pthread_self(), "error-tracking");
  std::unique_lock lock(mutex_);
  while (true) {
    const bool last = stopping_;
    poked_ = false;
    lock.unlock();
    const auto pause = outbox_.step(last);
    const bool empty = outbox_.empty();
    lock.lock();
    if (last && empty) break;
    if (stopping_) continue;
    // One report does not wake it out of the pause that an outage asks for.
    changed_.wait_for(lock, pause, [&] { return stopping_ || (poked_ && pause >= Outbox::kIdle); });
  }
  done_ = true;
  changed_.notify_all();
}

void SentrySink::stop(std::chrono::milliseconds patience) {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return done_; });
  }
  calls_.abort();
  if (thread_.joinable()) thread_.join();
  outbox_.dropAll();
}

}  // namespace sw::adapters::sentry
