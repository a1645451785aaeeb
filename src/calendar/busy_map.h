#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "calendar/interval.h"

namespace sw::calendar {

/// Which minutes of a range are taken, one bit each, so that the calendars of many people are
/// joined by OR and searched 64 minutes at a time. Times between minutes are rounded outwards:
/// a minute that is touched is taken. A value; not for use by two threads while it is written.
class BusyMap {
 public:
  /// Longest range: what fits in 1 MiB, about 15 years.
  static constexpr std::chrono::minutes kMaxRange{8 * 1024 * 1024};

  /// Nothing taken in [from, to). `from` is rounded down to the minute, `to` up; a longer range
  /// than `kMaxRange` is cut there.
  BusyMap(base::UtcSeconds from, base::UtcSeconds to);

  /// Takes an interval, widened by the buffers on either side; parts outside the range are left
  /// aside.
  void take(Interval busy, std::chrono::minutes bufferBefore = {},
            std::chrono::minutes bufferAfter = {}) {
    take(std::span(&busy, 1), bufferBefore, bufferAfter);
  }
  /// The same for many intervals in any order.
  void take(std::span<const Interval> busy, std::chrono::minutes bufferBefore = {},
            std::chrono::minutes bufferAfter = {});
  /// Takes every minute that `other` has taken. Both have the same range.
  void join(const BusyMap& other) {
    const BusyMap* const one = &other;
    join(std::span(&one, 1));
  }
  /// The same for many at once, which is faster than one after the other.
  void join(std::span<const BusyMap* const> others);
  /// Takes every minute of the range.
  void takeAll();
  /// Frees an interval, rounded inwards.
  void release(Interval free);

  [[nodiscard]] bool isFree(Interval wanted) const;
  /// The free stretches of at least `shortest`, in order, until `visit` answers false.
  void eachFree(std::chrono::minutes shortest, const std::function<bool(Interval)>& visit) const;

  [[nodiscard]] base::UtcSeconds from() const { return from_; }
  [[nodiscard]] base::UtcSeconds to() const;

 private:
  [[nodiscard]] base::UtcSeconds timeOf(std::int64_t minute) const;
  /// The first taken minute at or after `minute`, or the number of minutes.
  [[nodiscard]] std::int64_t firstTaken(std::int64_t minute) const;

  base::UtcSeconds from_;
  std::int64_t minutes_;
  std::vector<std::uint64_t> words_;
};

}  // namespace sw::calendar
