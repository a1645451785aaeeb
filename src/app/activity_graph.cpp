#include "app/activity_graph.h"

#include <pthread.h>

#include "base/local_loop.h"

namespace sw::app {

using base::Result;
using base::Task;

namespace {

/// Longer than the longest window that is counted.
constexpr std::chrono::days kKept{32};

}  // namespace

ActivityGraph::ActivityGraph(Stores& stores, Telemetry& telemetry, const base::Clock& clock)
    : clock_(clock), store_(stores.database()), probe_(telemetry.catalog, telemetry.log) {}

ActivityGraph::~ActivityGraph() { stop(); }

Task<Result<void>> ActivityGraph::keep() {
  SW_CO_CHECK(co_await log_.writeTo(store_));
  const base::Instant now = clock_.now();
  SW_CO_TRY(const std::int64_t removed, co_await store_.removeBefore(now - kKept, kPiece));
  static_cast<void>(removed);  // what is left beyond a piece goes the next time
  SW_CO_TRY(const auto census, co_await store_.census(now));
  probe_.counted(census);
  co_return Result<void>();
}

void ActivityGraph::look() {
  const auto kept = base::runBlocking(keep());
  if (!kept.ok()) probe_.failed(kept.error());
}

void ActivityGraph::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "activity");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      look();
      lock.lock();
      wake_.wait_for(lock, kInterval, [this] { return stopping_; });
    }
    lock.unlock();
    look();
  });
}

void ActivityGraph::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace sw::app
