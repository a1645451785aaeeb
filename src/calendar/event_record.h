#pragma once

#include <string>

#include "base/result.h"
#include "base/zone.h"
#include "calendar/event.h"
#include "calendar/event_store.h"
#include "calendar/interval.h"

/// Between events as values and events as rows.
namespace sw::calendar {

/// The row that keeps `event`: derives its span, resolves a series' COUNT (bounded, see
/// `RecurrenceSet`), writes its texts. `kInvalid` when the recurrence or a zone cannot be read.
base::Result<EventRecord> toRecord(const Event& event);

/// The event behind a row. `kCorrupted` when its texts are damaged.
base::Result<Event> toEvent(const EventRow& row);
base::Result<Event> toEvent(const EventRecord& record);
/// The record as a row; views into it.
EventRow asRow(const EventRecord& record);

/// What text search finds the event by.
std::string searchTextOf(const EventContent& content);

/// All-day and floating rows are indexed by their wall clock read as UTC, so that they do not
/// depend on a calendar's zone. A window of instants finds them when it is widened by this much
/// on both sides: no zone is further from UTC.
inline constexpr std::chrono::hours kWallClockReach{15};

/// The instants of a row's span in the calendar's zone.
Interval spanIn(const EventRow& row, const base::Zone& calendarZone);
/// A wall-clock instant (wall clock read as UTC) in the calendar's zone.
base::UtcSeconds wallClockIn(base::UtcSeconds wallClock, const base::Zone& calendarZone);
/// An instant as a wall-clock one: the inverse, for bounds of windows.
base::UtcSeconds toWallClock(base::UtcSeconds instant, const base::Zone& calendarZone);

}  // namespace sw::calendar
