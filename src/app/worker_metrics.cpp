#include "app/worker_metrics.h"

#include <algorithm>
#include <thread>

namespace sw::app {
namespace {

/// More than these waiting means that nobody is served soon: the next one is told to come later.
constexpr std::size_t kWaiting = 16;

}  // namespace

base::WorkerPool::Options workerOptions(std::size_t threads) {
  const std::size_t usual = std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U);
  return {.name = "worker", .threads = threads > 0 ? threads : usual, .queueLimit = kWaiting};
}

}  // namespace sw::app
