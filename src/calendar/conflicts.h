#pragma once

#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_directory.h"
#include "calendar/event_reader.h"

namespace sw::calendar {

/// Finds what an event would collide with. Thread-safe; the reader must outlive it.
class ConflictFinder {
 public:
  /// At most this many conflicts are named.
  static constexpr std::size_t kMaxNamed = 50;
  /// Of a series only its occurrences in this time from now (or from its start) are compared.
  static constexpr std::chrono::days kHorizon{366};

  ConflictFinder(EventReader& reader, const base::Clock& clock) : reader_(reader), clock_(clock) {}

  /// The busy events of `calendars` that overlap `content`, which lies in `target`; none when it
  /// takes no time itself. Events of `self` (itself, or its series) do not count. `calendars`
  /// must outlive the list.
  base::Task<base::Result<EventList>> find(std::span<const CalendarAccess> calendars,
                                           const Calendar& target, const EventContent& content,
                                           base::Uuid self);

 private:
  EventReader& reader_;
  const base::Clock& clock_;
};

}  // namespace sw::calendar
