#pragma once

#include <cstdint>
#include <utility>

namespace sw::base {

/// For whose sake the code on a thread runs right now: a reference that `obs` gives out and reads
/// (to a trace and a span in it). Empty where nobody is known. Plain values, copied freely; a
/// reference to what has ended is harmless, since its generation no longer fits.
struct Context {
  void* scope = nullptr;
  std::uint64_t generation = 0;
  std::uint64_t position = 0;
};

namespace detail {
inline constinit thread_local Context threadContext{};
}  // namespace detail

/// The context of the calling thread.
inline const Context& currentContext() noexcept { return detail::threadContext; }
/// Puts another in its place and answers what was there.
inline Context exchangeContext(const Context& next) noexcept {
  return std::exchange(detail::threadContext, next);
}

/// Lets the context follow a coroutine over a suspension. Part of every awaitable that suspends
/// until a loop resumes it: `suspend` before the coroutine may be resumed, `resume` when it goes
/// on. In between the thread has no context, so that the next coroutine finds none.
class KeptContext {
 public:
  void suspend() noexcept { kept_ = std::exchange(detail::threadContext, {}); }
  void resume() const noexcept { detail::threadContext = kept_; }

 private:
  Context kept_;
};

/// Makes `next` the context of the calling thread until the end of the scope. A coroutine may
/// suspend inside it at awaitables that keep the context, and may be destroyed there.
class ContextScope {
 public:
  explicit ContextScope(const Context& next) noexcept
      : mine_(next), former_(exchangeContext(next)) {}
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope() {
    // A suspended coroutine that is destroyed must not touch the context of whoever runs.
    const Context& now = currentContext();
    if (now.scope == mine_.scope && now.generation == mine_.generation) exchangeContext(former_);
  }

 private:
  Context mine_;
  Context former_;
};

}  // namespace sw::base
