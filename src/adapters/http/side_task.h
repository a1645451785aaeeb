#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/loop.h"
#include "base/task.h"

namespace sw::adapters::http {

/// The outermost coroutine of a chain of tasks, held by an owner that may also destroy it while it
/// is suspended (as `base::Detached` may not). An exception that leaves it ends the program.
class RootCoroutine {
 public:
  struct promise_type {
    struct Final {
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(
          std::coroutine_handle<promise_type> self) const noexcept {
        return self.promise().next;
      }
      void await_resume() const noexcept {}
    };
    RootCoroutine get_return_object() {
      return RootCoroutine(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }

    std::coroutine_handle<> next = std::noop_coroutine();
  };

  RootCoroutine() = default;
  RootCoroutine(RootCoroutine&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  RootCoroutine& operator=(RootCoroutine&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~RootCoroutine() {
    if (handle_) handle_.destroy();
  }

  void start() { handle_.resume(); }
  [[nodiscard]] bool done() const { return !handle_ || handle_.done(); }
  /// What goes on when this one has ended.
  void setNext(std::coroutine_handle<> next) { handle_.promise().next = next; }

 private:
  explicit RootCoroutine(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

/// Runs one task at a time beside a connection's own coroutine, which can do something else
/// meanwhile and wait for it later, also in vain (`interrupt`). One thread; a task that never ends
/// is destroyed with its holder.
template <class T>
class SideTask {
 public:
  /// Runs `task` up to its first suspension. The previous one must be done.
  void start(base::Task<T> task) {
    result_.reset();
    root_ = run(std::move(task), result_);
    root_.start();
  }
  [[nodiscard]] bool done() const { return root_.done(); }
  /// The outcome, once done; rethrows nothing (a task that threw gives no outcome).
  std::optional<T> take() { return std::exchange(result_, std::nullopt); }

  /// Awaitable: until the task is done, or `interrupt` was called meanwhile.
  auto wait() {
    struct Awaiter {
      SideTask& side;
      [[nodiscard]] bool await_ready() const { return side.done(); }
      void await_suspend(std::coroutine_handle<> handle) {
        side.waiter_ = handle;
        side.root_.setNext(handle);
      }
      void await_resume() { side.waiter_ = {}; }
    };
    return Awaiter{*this};
  }

  /// Lets the one who waits go on without the outcome, by way of `loop`.
  void interrupt(base::Loop& loop) {
    if (!waiter_) return;
    root_.setNext(std::noop_coroutine());
    loop.post(std::exchange(waiter_, {}));
  }

 private:
  static RootCoroutine run(base::Task<T> task, std::optional<T>& result) {
    try {
      result.emplace(co_await task);
    } catch (...) {
      // No outcome; the waiter answers for it.
      result.reset();
    }
  }

  std::optional<T> result_;
  RootCoroutine root_;
  std::coroutine_handle<> waiter_;
};

}  // namespace sw::adapters::http
