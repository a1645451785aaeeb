#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <limits>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/local_loop.h"

namespace sw::jobs {

/// Lets one coroutine of a loop sleep until an instant of the clock or until somebody rings,
/// whichever comes first. A clock that is put back meanwhile makes no sleep longer. `ring` and
/// `ringBy` are thread-safe; the rest is the loop's own thread's. Must outlive the loop's last run.
class SchedulerBell {
 public:
  SchedulerBell(base::LocalLoop& loop, const base::Clock& clock) : loop_(loop), clock_(clock) {}
  SchedulerBell(const SchedulerBell&) = delete;
  SchedulerBell& operator=(const SchedulerBell&) = delete;
  ~SchedulerBell() {
    if (ticking_) ticking_.destroy();
  }

  /// Begins to look at the clock. Once, on the loop's thread.
  void start() {
    ticking_ = tick(*this).handle;
    ticking_.resume();
  }

  void ring() {
    std::coroutine_handle<> sleeper;
    const std::lock_guard lock(mutex_);
    rung_ = true;
    sleeper = std::exchange(sleeper_, {});
    if (sleeper) loop_.post(sleeper);
  }
  /// Rings unless the sleeper wakes by then anyway.
  void ringBy(base::Instant due) {
    if (due.time_since_epoch().count() < wakesAt_.load(std::memory_order_acquire)) ring();
  }

  /// Awaitable: goes on at `next` (up to 20 ms later), or after a ring since the last time.
  auto until(base::Instant next) {
    struct Awaiter {
      SchedulerBell& bell;
      base::Instant next;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) {
        const std::lock_guard lock(bell.mutex_);
        if (bell.rung_) return false;
        bell.sleeper_ = handle;
        bell.sleepsOnlyTo_ = bell.clock_.monotonic() + (next - bell.clock_.now());
        bell.wakesAt_.store(next.time_since_epoch().count(), std::memory_order_release);
        return true;
      }
      void await_resume() const {
        const std::lock_guard lock(bell.mutex_);
        bell.rung_ = false;
        bell.wakesAt_.store(std::numeric_limits<std::int64_t>::max(), std::memory_order_release);
      }
    };
    return Awaiter{*this, next};
  }

 private:
  static constexpr std::chrono::milliseconds kTick{20};

  /// A coroutine whose frame its holder destroys.
  struct Ticking {
    struct promise_type {
      Ticking get_return_object() {
        return {std::coroutine_handle<promise_type>::from_promise(*this)};
      }
      std::suspend_always initial_suspend() noexcept { return {}; }
      std::suspend_always final_suspend() noexcept { return {}; }
      void return_void() noexcept {}
      void unhandled_exception() noexcept { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
  };

  static Ticking tick(SchedulerBell& bell) {
    while (true) {
      co_await base::sleepFor(kTick);
      if (bell.isTime()) bell.ring();
    }
  }

  bool isTime() {
    const std::int64_t now = clock_.now().time_since_epoch().count();
    if (now >= wakesAt_.load(std::memory_order_acquire)) return true;
    const std::lock_guard lock(mutex_);
    return sleeper_ && clock_.monotonic() >= sleepsOnlyTo_;
  }

  base::LocalLoop& loop_;
  const base::Clock& clock_;
  std::coroutine_handle<> ticking_;
  // When the sleeper wakes; the end of time while nobody sleeps, so that a put rings.
  std::atomic<std::int64_t> wakesAt_{std::numeric_limits<std::int64_t>::max()};
  std::mutex mutex_;  // guards what follows
  std::coroutine_handle<> sleeper_;
  base::Monotonic sleepsOnlyTo_{};  // of the sleeper
  bool rung_ = false;
};

}  // namespace sw::jobs
