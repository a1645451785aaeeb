#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "obs/error_reporter.h"
#include "obs/health.h"

namespace sw::obs {

struct WatchdogOptions {
  std::chrono::nanoseconds interval = std::chrono::milliseconds(250);
  /// A loop that is silent for so long is blocked: a warning with where its thread is.
  std::chrono::nanoseconds blockedAfter = std::chrono::seconds(2);
  /// For so long, it is stuck: a critical error, as health sees it.
  std::chrono::nanoseconds stuckAfter = std::chrono::seconds(10);
  /// At most one warning a loop in this time.
  std::chrono::nanoseconds quiet = std::chrono::seconds(30);
  /// How long a blocked thread may take to say where it is.
  std::chrono::milliseconds patience{500};
};

/// Watches the event loops that health knows, from a thread of its own that nothing can block:
/// keeps `scheduling_event_loop_stalled_seconds`, reports a loop that does not run with the
/// backtrace of its thread, and says when it runs again. Owned by the composition root.
class Watchdog {
 public:
  Watchdog(WatchdogOptions options, const base::Clock& clock, Health& health,
           ErrorReporter& errors);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  /// Before `start`: something else to look at, each time. Fast; must not block.
  void also(std::function<void()> look);

  /// Looks once, by the clock. Of one thread; blocks for at most the patience a blocked loop.
  void look();
  /// Looks at every interval on an own thread.
  void start();
  /// Ends the thread. Safe to call twice.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
