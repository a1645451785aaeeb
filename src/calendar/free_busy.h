#pragma once

#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "calendar/interval.h"
#include "calendar/series_cache.h"

namespace sw::calendar {

/// Answers when calendars are taken, without reading what their events are about. Thread-safe;
/// the stores must outlive it.
class FreeBusyReader {
 public:
  FreeBusyReader(EventStore& events, SeriesCache& series) : events_(events), series_(series) {}

  /// Adds the busy stretches of `calendar` that touch the window, cut to it, in no order. Fails
  /// as the store does.
  base::Task<base::Result<void>> collect(const Calendar& calendar, Interval window,
                                         std::vector<Interval>& out);

 private:
  EventStore& events_;
  SeriesCache& series_;
};

}  // namespace sw::calendar
