#pragma once

#include <coroutine>
#include <mutex>
#include <utility>

#include "base/loop.h"

namespace sw::jobs {

/// Wakes the one coroutine that waits, from any thread. A nudge while nobody waits is kept, once,
/// so that it is not missed.
class RelayNudge {
 public:
  RelayNudge() = default;
  RelayNudge(const RelayNudge&) = delete;
  RelayNudge& operator=(const RelayNudge&) = delete;

  /// Never blocks for long; thread-safe.
  void nudge() {
    const std::lock_guard lock(mutex_);
    if (!waiting_) {
      nudged_ = true;
      return;
    }
    loop_->post(std::exchange(waiting_, {}));
  }

  /// After the last wait, before its loop ends: waits out a nudge that is just posting to it.
  void release() { const std::lock_guard lock(mutex_); }

  /// Awaitable: goes on, on the loop of the awaiting thread, when there was a nudge since the
  /// last wait, or with the next one. One coroutine at a time.
  auto wait() {
    struct Awaiter {
      RelayNudge& nudge;
      base::KeptContext context{};

      [[nodiscard]] bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) {
        const std::lock_guard lock(nudge.mutex_);
        if (std::exchange(nudge.nudged_, false)) return false;
        context.suspend();
        nudge.loop_ = base::Loop::current();
        nudge.waiting_ = handle;
        return true;
      }
      void await_resume() const noexcept { context.resume(); }
    };
    return Awaiter{*this};
  }

 private:
  std::mutex mutex_;  // guards what follows
  bool nudged_ = false;
  base::Loop* loop_ = nullptr;
  std::coroutine_handle<> waiting_;
};

}  // namespace sw::jobs
