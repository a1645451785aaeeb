#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "base/loop.h"

namespace sw::api {

/// A loop whose test says when it goes on, so that coroutines can be left suspended. Timers fire
/// when the test lets them. Current on its thread as long as it lives.
class StepLoop final : public base::Loop {
 public:
  StepLoop() { setCurrent(this); }
  ~StepLoop() override { setCurrent(nullptr); }

  void post(std::coroutine_handle<> handle) override {
    const std::lock_guard lock(mutex_);
    ready_.push_back(handle);
  }
  void postAfter(std::chrono::nanoseconds /*delay*/, std::coroutine_handle<> handle) override {
    timers_.push_back(handle);
  }
  void postWhenReady(int /*descriptor*/, Readiness /*readiness*/,
                     std::coroutine_handle<> handle) override {
    post(handle);
  }

  /// Resumes what is ready until nothing is.
  void run() {
    while (true) {
      std::vector<std::coroutine_handle<>> batch;
      {
        const std::lock_guard lock(mutex_);
        batch.swap(ready_);
      }
      if (batch.empty()) return;
      for (const auto handle : batch) handle.resume();
    }
  }
  /// Lets every timer fire, and runs. Answers how many there were.
  std::size_t fire() {
    const auto timers = std::exchange(timers_, {});
    for (const auto handle : timers) post(handle);
    run();
    return timers.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::coroutine_handle<>> ready_;
  std::vector<std::coroutine_handle<>> timers_;
};

}  // namespace sw::api
