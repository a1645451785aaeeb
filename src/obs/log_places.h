#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/log_level.h"

namespace sw::obs {

struct LogComponent;

/// How often one place of the program may log.
struct RepeatLimit {
  std::int64_t records = 10;        // at once; 0: no limit
  std::chrono::seconds window{10};  // in which as many may come again
  /// DEBUG is asked for by whoever wants to see much.
  static constexpr std::int64_t kDebugFactor = 10;
};

/// What was held back of one place.
struct Suppressed {
  const LogComponent* component;
  Level level;
  std::uint64_t records;
  std::string message;  // of the first of them
  std::string_view file;
  std::uint32_t line;
};

/// Limits repeats: a token bucket for each place that logs, so that an error in a loop does not
/// bury the rest. What is held back is told by `collect` when the burst has ended, or every
/// `RepeatLimit::window`. Thread-safe; `admit` takes a lock only for the first that is held back.
class LogPlaces {
 public:
  explicit LogPlaces(RepeatLimit limit);

  /// Whether the record of `place` at `now` may be written. One that may not is counted.
  bool admit(const std::source_location& place, Level level, const LogComponent* component,
             std::string_view message, base::Instant now);
  /// What was held back and is due to be told; with `all`, everything.
  std::vector<Suppressed> collect(base::Instant now, bool all);

 private:
  // Enough for every call of the program; a place that finds no slot has no limit.
  static constexpr std::size_t kSlots = 1024;
  static constexpr std::size_t kProbes = 16;
  static constexpr std::size_t kMaxMessage = 2048;
  // A burst has ended when nothing more was held back for so long.
  static constexpr std::chrono::seconds kQuiet{2};

  struct Slot {
    std::atomic<std::uint64_t> place{0};  // hash of file and line; 0: free
    std::atomic<std::int64_t> full{0};    // microseconds since 1970 when the bucket is full again
    std::atomic<std::uint64_t> suppressed{0};
    std::atomic<std::int64_t> last{0};  // when one was held back
    // Guarded by the mutex.
    bool described = false;  // whether the rest is of those held back now
    std::int64_t first = 0;
    const LogComponent* component = nullptr;
    Level level = Level::kInfo;
    std::string message{};
    std::string_view file{};
    std::uint32_t line = 0;
  };

  Slot* slotOf(const std::source_location& place);
  void hold(Slot& slot, const std::source_location& place, Level level,
            const LogComponent* component, std::string_view message, std::int64_t now);

  const RepeatLimit limit_;
  std::array<Slot, kSlots> slots_;
  std::atomic<bool> any_{false};
  std::mutex mutex_;
};

}  // namespace sw::obs
