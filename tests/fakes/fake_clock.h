#pragma once

#include <atomic>

#include "base/clock.h"

namespace sw::fakes {

/// A clock that stands still until a test moves it. Thread-safe.
class FakeClock final : public base::Clock {
 public:
  /// 2026-01-05T09:00:00Z, a Monday, unless told otherwise.
  explicit FakeClock(base::Instant start = base::Instant(std::chrono::seconds(1767603600)))
      : now_(start.time_since_epoch().count()) {}

  [[nodiscard]] base::Instant now() const override {
    return base::Instant(std::chrono::microseconds(now_.load()));
  }
  [[nodiscard]] base::Monotonic monotonic() const override {
    return base::Monotonic(std::chrono::microseconds(monotonic_.load()));
  }

  /// Moves both clocks forward.
  void advance(std::chrono::microseconds by) {
    now_ += by.count();
    monotonic_ += by.count();
  }
  /// Sets the wall clock alone, as an operator or NTP would.
  void set(base::Instant now) { now_ = now.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> monotonic_{1'000'000'000};
};

}  // namespace sw::fakes
