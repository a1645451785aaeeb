#pragma once

#include <span>
#include <string_view>

#include "obs/field.h"
#include "obs/log.h"

namespace sw::obs {

/// Receives performance records beside log and trace, as to publish them.
class PerformanceSink {
 public:
  PerformanceSink() = default;
  PerformanceSink(const PerformanceSink&) = delete;
  PerformanceSink& operator=(const PerformanceSink&) = delete;
  virtual ~PerformanceSink() = default;

  /// Views live as long as the call. Fast, never waits. Nothing is redacted, and a user's id is
  /// as it is: what leaves the process carries neither.
  virtual void record(std::string_view name, double value, std::span<const Field> attributes) = 0;
};

/// Measurements of the program's own making, as `calendar_sync_duration` with `userId` and
/// `eventsCount`: each becomes an event of the current span and a log record, and goes to the sink
/// where there is one. Owned by the composition root; thread-safe, never waits.
///   performance.record("calendar_sync_duration", took,
///                      {userId(user), field("eventsCount", events)});
class Performance {
 public:
  static constexpr std::size_t kMaxAttributes = 8;  // others are left out

  explicit Performance(Log& log);

  /// Before threads use it.
  void setSink(PerformanceSink* sink) { sink_ = sink; }

  /// `value` in the unit that the name implies: durations in milliseconds.
  void record(StaticText name, double value, std::initializer_list<Field> attributes) const;

 private:
  const Logger logger_;
  PerformanceSink* sink_ = nullptr;
};

}  // namespace sw::obs
