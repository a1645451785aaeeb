#pragma once

#include "api/calendar_services.h"
#include "api/router.h"

namespace sw::api {

/// What changed, for clients that catch up. Called by many threads.
class ChangeRoutes {
 public:
  explicit ChangeRoutes(CalendarServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);

  CalendarServices& services_;
};

}  // namespace sw::api
