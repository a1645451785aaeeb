#include "base/local_loop.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace sw::base {
namespace {

using SteadyClock = std::chrono::steady_clock;

// While descriptors are watched, a post from another thread is noticed after this long at most.
constexpr std::chrono::milliseconds kPollSlice{1};

}  // namespace

void LocalLoop::post(std::coroutine_handle<> handle) {
  // Inside the lock: without it the loop could run the handle to its end and be destroyed before
  // it is notified.
  const std::lock_guard lock(mutex_);
  ready_.push_back(handle);
  wake_.notify_one();
}

void LocalLoop::postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) {
  timers_.emplace(SteadyClock::now() + delay, handle);
}

void LocalLoop::postWhenReady(int descriptor, Readiness readiness, std::coroutine_handle<> handle) {
  waits_.push_back({descriptor, readiness, handle});
}

bool LocalLoop::afterRound(std::function<void()> work) {
  afterRound_.push_back(std::move(work));
  return true;
}

void LocalLoop::endRound() {
  std::vector<std::function<void()>> works;
  works.swap(afterRound_);
  for (const auto& work : works) work();
}

void LocalLoop::runUntil(const bool& done) {
  for (;;) {
    endRound();
    if (done) return;
    std::vector<std::coroutine_handle<>> batch;
    {
      std::unique_lock lock(mutex_);
      if (ready_.empty() && waits_.empty()) {
        const auto hasWork = [this] { return !ready_.empty(); };
        if (timers_.empty()) {
          wake_.wait(lock, hasWork);
        } else {
          wake_.wait_until(lock, timers_.begin()->first, hasWork);
        }
      }
      batch.swap(ready_);
    }
    while (!timers_.empty() && timers_.begin()->first <= SteadyClock::now()) {
      batch.push_back(timers_.begin()->second);
      timers_.erase(timers_.begin());
    }
    if (batch.empty() && !waits_.empty()) poll(kPollSlice);
    for (const auto handle : batch) handle.resume();
  }
}

void LocalLoop::poll(std::chrono::milliseconds patience) {
  std::vector<pollfd> descriptors;
  descriptors.reserve(waits_.size());
  for (const Wait& wait : waits_) {
    const short events = wait.readiness == Readiness::kReadable ? POLLIN : POLLOUT;
    descriptors.push_back({wait.descriptor, events, 0});
  }
  const int timeout = static_cast<int>(patience.count());
  if (::poll(descriptors.data(), descriptors.size(), timeout) <= 0) return;
  std::vector<std::coroutine_handle<>> woken;
  std::vector<Wait> kept;
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    if (descriptors[i].revents != 0) {
      woken.push_back(waits_[i].handle);
    } else {
      kept.push_back(waits_[i]);
    }
  }
  waits_ = std::move(kept);
  for (const auto handle : woken) handle.resume();
}

}  // namespace sw::base
