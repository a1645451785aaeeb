#pragma once

#include <chrono>

namespace sw::base {

/// A point on the UTC time line, microseconds since 1970 (leap seconds not counted).
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// A point on the clock that only moves forward; for durations and time-outs.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// The only source of time of the program, so that tests can move it. Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual Monotonic monotonic() const = 0;
};

/// The operating system's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] Monotonic monotonic() const override;
};

}  // namespace sw::base
