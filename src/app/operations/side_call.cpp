#include "app/operations/side_call.h"

#include <pthread.h>

#include <coroutine>
#include <utility>

#include "base/context.h"
#include "base/loop.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

/// One call on its way; lives in the frame of the coroutine that waits for it.
struct SideCall::Pending {
  SideCall& owner;
  Call call;
  base::Loop* loop = nullptr;
  std::coroutine_handle<> handle{};
  Result<std::string> outcome = std::string();
  base::KeptContext context{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    loop = base::Loop::current();
    handle = waiting;
    context.suspend();
    const Result<void> started = owner.start(*this);
    // Once started the coroutine may go on at any moment: only locals from here.
    if (started.ok()) return true;
    outcome = started.error();
    return false;
  }
  void await_resume() const noexcept { context.resume(); }
};

Result<void> SideCall::start(Pending& pending) {
  const std::lock_guard lock(mutex_);
  if (ended_) return Error(Code::kUnavailable, "the service stops");
  if (running_) return Error(Code::kConflict, "another one is running; one at a time");
  if (thread_.joinable()) thread_.join();  // it has posted its outcome and ends at once
  running_ = true;
  thread_ = std::thread([this, &pending] {
    pthread_setname_np(pthread_self(), "side-call");
    pending.outcome = pending.call();
    {
      const std::lock_guard guard(mutex_);
      running_ = false;
    }
    pending.loop->post(pending.handle);
  });
  return {};
}

base::Task<Result<std::string>> SideCall::run(Call call) {
  Pending pending{*this, std::move(call)};
  co_await pending;
  co_return std::move(pending.outcome);
}

void SideCall::end() {
  std::thread last;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    last = std::move(thread_);
  }
  if (last.joinable()) last.join();
}

}  // namespace sw::app
