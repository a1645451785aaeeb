#pragma once

#include "api/calendar_services.h"
#include "api/router.h"

namespace sw::api {

/// Calendars themselves: list, create, read, change, delete. Called by many threads.
class CalendarRoutes {
 public:
  explicit CalendarRoutes(CalendarServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);

  CalendarServices& services_;
};

}  // namespace sw::api
