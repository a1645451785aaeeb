#pragma once

#include <vector>

#include "api/calendar_services.h"
#include "api/free_busy_request.h"
#include "api/router.h"

namespace sw::api {

/// When calendars and people are taken. Called by many threads.
class FreeBusyRoutes {
 public:
  explicit FreeBusyRoutes(CalendarServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> query(RequestScope& scope);
  /// When the calendar is taken in the window, with the buffers and hours asked for, merged.
  base::Task<base::Result<std::vector<calendar::Interval>>> busyOf(
      const calendar::Calendar& calendar, const FreeBusyRequest& request);

  CalendarServices& services_;
};

}  // namespace sw::api
