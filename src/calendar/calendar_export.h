#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_directory.h"
#include "calendar/event_store.h"
#include "calendar/ical_writer.h"

namespace sw::calendar {

/// Writes a calendar as an iCalendar file, piece by piece, in the memory of one page of events.
/// What its reader may not see in the API is "Busy" here as well. For one coroutine; the store
/// must outlive it.
class CalendarExport {
 public:
  CalendarExport(EventStore& events, CalendarAccess access, base::Instant now);

  /// The next piece, never empty, or nothing at the end. Fails as the store does, or with
  /// `kCorrupted` when a row cannot be read.
  base::Task<base::Result<std::optional<std::string>>> next();

 private:
  static constexpr int kPage = 200;
  enum class Stage { kBegin, kEvents, kEnd, kDone };

  base::Task<base::Result<void>> writePage(std::string& out);
  base::Result<void> write(std::string& out, const EventRecord& record);

  EventStore& events_;
  CalendarAccess access_;
  CalendarWriter writer_;
  Stage stage_ = Stage::kBegin;
  base::Uuid after_;
};

}  // namespace sw::calendar
