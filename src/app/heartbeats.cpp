#include "app/heartbeats.h"

#include <coroutine>
#include <exception>
#include <string>
#include <utility>

#include "obs/crash_handler.h"

namespace sw::app {
namespace {

/// A coroutine whose frame its holder destroys, wherever it is suspended.
struct Owned {
  struct promise_type {
    Owned get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Owned beat(obs::Heartbeat& heartbeat, const base::Clock& clock) {
  obs::useAlternateStack();  // on the loop's thread, for a crash by endless recursion
  base::Monotonic due = clock.monotonic();
  while (true) {
    const base::Monotonic now = clock.monotonic();
    heartbeat.beat(now - due);
    due = now + obs::Heartbeat::kInterval;
    co_await base::sleepFor(obs::Heartbeat::kInterval);
  }
}

}  // namespace

class Heartbeats::Beating {
 public:
  Beating(obs::Heartbeat& heartbeat, const base::Clock& clock)
      : heartbeat_(heartbeat), coroutine_(beat(heartbeat, clock)) {}
  Beating(const Beating&) = delete;
  Beating& operator=(const Beating&) = delete;
  ~Beating() { coroutine_.handle.destroy(); }

  void start(base::Loop& loop) { loop.post(coroutine_.handle); }
  void end() { heartbeat_.end(); }

 private:
  obs::Heartbeat& heartbeat_;
  Owned coroutine_;
};

Heartbeats::Heartbeats(obs::Health& health, const base::Clock& clock)
    : health_(health), clock_(clock) {}

Heartbeats::~Heartbeats() = default;

void Heartbeats::watch(base::Loop& loop, std::string name, obs::label::LoopKind::Value kind) {
  obs::Heartbeat& heartbeat = health_.addLoop(kind, std::move(name));
  beatings_.push_back(std::make_unique<Beating>(heartbeat, clock_));
  beatings_.back()->start(loop);
}

void Heartbeats::end() {
  for (const auto& beating : beatings_) beating->end();
}

}  // namespace sw::app
