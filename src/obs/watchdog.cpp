#include "obs/watchdog.h"

#include <pthread.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "obs/backtrace.h"

namespace sw::obs {

struct Watchdog::Impl {
  /// What was said of a loop that is silent, or was.
  struct Told {
    std::optional<base::Monotonic> warned{};  // the last time
    bool blocked = false;                     // warned of this silence
    bool stuck = false;
    std::chrono::nanoseconds longest{0};
  };

  void look(const Heartbeat& loop);
  void tell(Incident incident, const Heartbeat& loop, std::chrono::nanoseconds silence,
            bool withStack) const;

  const WatchdogOptions options;
  const base::Clock& clock;
  Health& health;
  ErrorReporter& errors;
  std::map<const Heartbeat*, Told> told{};
  std::vector<std::function<void()>> others{};

  std::mutex mutex{};
  std::condition_variable wake{};
  bool stopping = false;
  std::thread thread{};
};

Watchdog::Watchdog(WatchdogOptions options, const base::Clock& clock, Health& health,
                   ErrorReporter& errors)
    : impl_(new Impl{.options = options, .clock = clock, .health = health, .errors = errors}) {}

Watchdog::~Watchdog() { stop(); }

void Watchdog::Impl::tell(Incident incident, const Heartbeat& loop,
                          std::chrono::nanoseconds silence, bool withStack) const {
  const Field fields[] = {field("loop", loop.name()), duration(silence)};
  IncidentDetails details{.what = loop.name(), .thread = loop.name()};
  if (withStack && loop.thread() != 0) {
    if (const auto stack = stackOf(loop.thread(), options.patience)) {
      details.stack = resolve(stack->frames());
    }
  }
  errors.report(incident, std::move(details), {.fields = fields});
}

void Watchdog::Impl::look(const Heartbeat& loop) {
  const auto silence = loop.silence();
  Told& said = told[&loop];
  if (!silence || *silence < options.blockedAfter) {
    if (said.blocked) tell(Incident::kLoopRecovered, loop, said.longest, false);
    said.blocked = false;
    said.stuck = false;
    said.longest = {};
    return;
  }
  said.longest = *silence;
  const base::Monotonic now = clock.monotonic();
  const bool quiet = said.warned && now - *said.warned < options.quiet;
  if (!said.blocked && !quiet) {
    said.warned = now;
    said.blocked = true;
    tell(Incident::kLoopBlocked, loop, *silence, true);
  }
  if (!said.stuck && *silence >= options.stuckAfter) {
    said.stuck = true;
    said.blocked = true;
    tell(Incident::kLoopStuck, loop, *silence, true);
  }
}

void Watchdog::look() {
  impl_->health.showLoops();
  for (const Heartbeat* loop : impl_->health.loops()) impl_->look(*loop);
  for (const auto& other : impl_->others) other();
}

void Watchdog::also(std::function<void()> look) { impl_->others.push_back(std::move(look)); }

void Watchdog::start() {
  impl_->thread = std::thread([this] {
    pthread_setname_np(pthread_self(), "watchdog");
    std::unique_lock lock(impl_->mutex);
    while (
        !impl_->wake.wait_for(lock, impl_->options.interval, [this] { return impl_->stopping; })) {
      lock.unlock();
      look();
      lock.lock();
    }
  });
}

void Watchdog::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->wake.notify_all();
  }
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace sw::obs
