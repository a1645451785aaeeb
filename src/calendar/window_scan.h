#pragma once

#include <memory>

#include "base/result.h"
#include "base/task.h"
#include "base/zone.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "calendar/interval.h"
#include "calendar/series_cache.h"

namespace sw::calendar {

/// What a scan of a window finds, told as instants. Called on the scanning thread.
class WindowSink {
 public:
  WindowSink() = default;
  WindowSink(const WindowSink&) = delete;
  WindowSink& operator=(const WindowSink&) = delete;
  virtual ~WindowSink() = default;

  /// A single event or a changed occurrence, and a master where series are not expanded. The row
  /// is valid during the call. Cancelled occurrences are left out.
  virtual void onRow(const EventRow& row, Interval span) = 0;
  /// A regular occurrence, in order within its series; false for no more of that series.
  virtual bool onOccurrence(const std::shared_ptr<const CompiledSeries>& series,
                            const SeriesOccurrence& occurrence, Interval span) = 0;
};

/// Tells `sink` everything of one calendar that may touch [from, to): the sink still has to
/// compare, since rows on the wall clock are found with a margin. Fails as the store does.
base::Task<base::Result<void>> scanWindow(EventStore& events, SeriesCache& cache,
                                          const Calendar& calendar, Interval window, bool expand,
                                          WindowSink& sink);

/// Tells `sink` all changed occurrences of one series, and the regular ones that may touch the
/// window.
base::Task<base::Result<void>> scanSeries(EventStore& events, const Calendar& calendar,
                                          std::shared_ptr<const CompiledSeries> series,
                                          Interval window, WindowSink& sink);

/// The calendar's zone; UTC when the tz database no longer has it.
base::Zone zoneOf(const Calendar& calendar);

}  // namespace sw::calendar
