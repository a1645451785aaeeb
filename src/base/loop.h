#pragma once

#include <chrono>
#include <coroutine>
#include <functional>

#include "base/context.h"
#include "base/task.h"

namespace sw::base {

/// An event loop that runs on one thread: where a suspended coroutine goes on. The HTTP server
/// has one for each of its threads; `LocalLoop` serves command lines and tests.
class Loop {
 public:
  enum class Readiness { kReadable, kWritable };

  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  virtual ~Loop() = default;

  /// The loop that runs on this thread, or null.
  static Loop* current() noexcept;

  /// Resumes `handle` on the loop's thread, never inside this call. Thread-safe.
  virtual void post(std::coroutine_handle<> handle) = 0;
  /// As `post`, not before `delay` has passed. Only from the loop's own thread.
  virtual void postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) = 0;
  /// Resumes `handle` once when the descriptor is ready (or broken). The descriptor stays the
  /// caller's and must stay open until then. Only from the loop's own thread.
  virtual void postWhenReady(int descriptor, Readiness readiness,
                             std::coroutine_handle<> handle) = 0;
  /// Runs `work` when what is ready on this loop by now has run: once for all of it, and before
  /// the loop waits for more. False, and `work` is dropped, for a loop that knows no such
  /// moment. Only from the loop's own thread.
  virtual bool afterRound(std::function<void()> /*work*/) { return false; }

 protected:
  /// Called by an implementation on its thread before it runs and (null) after.
  static void setCurrent(Loop* loop) noexcept;
};

/// Awaitable: goes on after `delay` on the loop of the awaiting thread, which must have one.
inline auto sleepFor(std::chrono::nanoseconds delay) {
  struct Awaiter {
    std::chrono::nanoseconds delay;
    KeptContext context{};
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      context.suspend();
      Loop::current()->postAfter(delay, handle);
    }
    void await_resume() const noexcept { context.resume(); }
  };
  return Awaiter{delay};
}

/// Awaitable: goes on when `descriptor` is ready, on the loop of the awaiting thread.
inline auto whenReady(int descriptor, Loop::Readiness readiness) {
  struct Awaiter {
    int descriptor;
    Loop::Readiness readiness;
    KeptContext context{};
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      context.suspend();
      Loop::current()->postWhenReady(descriptor, readiness, handle);
    }
    void await_resume() const noexcept { context.resume(); }
  };
  return Awaiter{descriptor, readiness};
}

}  // namespace sw::base
