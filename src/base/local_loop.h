#pragma once

#include <condition_variable>
#include <coroutine>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/loop.h"

namespace sw::base {

/// A loop for a thread that wants the outcome of one task and nothing else: command-line
/// commands, background workers, tests. Blocks while it waits.
class LocalLoop final : public Loop {
 public:
  LocalLoop() = default;

  /// Runs `task` to its end on the calling thread and gives its outcome; rethrows what it threw.
  /// Nested use on one thread is allowed.
  template <class T>
  T run(Task<T> task);

  void post(std::coroutine_handle<> handle) override;
  void postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) override;
  void postWhenReady(int descriptor, Readiness readiness, std::coroutine_handle<> handle) override;
  /// Also before `run` ends.
  bool afterRound(std::function<void()> work) override;

 private:
  struct Wait {
    int descriptor;
    Readiness readiness;
    std::coroutine_handle<> handle;
  };

  void runUntil(const bool& done);
  void endRound();
  void poll(std::chrono::milliseconds patience);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::coroutine_handle<>> ready_;
  std::multimap<std::chrono::steady_clock::time_point, std::coroutine_handle<>> timers_;
  std::vector<Wait> waits_;
  std::vector<std::function<void()>> afterRound_;
};

/// Runs one task to its end on the calling thread: `auto event = runBlocking(store.get(id));`
template <class T>
T runBlocking(Task<T> task) {
  LocalLoop loop;
  return loop.run(std::move(task));
}

template <class T>
T LocalLoop::run(Task<T> task) {
  bool done = false;
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    auto root = [](Task<T> inner, bool& finished, std::exception_ptr& thrown) -> Detached {
      try {
        co_await inner;
      } catch (...) {
        thrown = std::current_exception();
      }
      finished = true;
    };
    Loop* outer = current();
    setCurrent(this);
    root(std::move(task), done, failure);
    runUntil(done);
    setCurrent(outer);
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<T> outcome;
    auto root = [](Task<T> inner, bool& finished, std::exception_ptr& thrown,
                   std::optional<T>& out) -> Detached {
      try {
        out.emplace(co_await inner);
      } catch (...) {
        thrown = std::current_exception();
      }
      finished = true;
    };
    Loop* outer = current();
    setCurrent(this);
    root(std::move(task), done, failure, outcome);
    runUntil(done);
    setCurrent(outer);
    if (failure) std::rethrow_exception(failure);
    return *std::move(outcome);
  }
}

}  // namespace sw::base
