#pragma once

#include <string>

#include "api/calendar_services.h"
#include "api/event_requests.h"
#include "api/router.h"

namespace sw::api {

/// Events: windows, single ones, instances, batches. Called by many threads.
class EventRoutes {
 public:
  explicit EventRoutes(CalendarServices& services) : services_(services), writer_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> write(RequestScope& scope, EventChange::Kind kind);
  base::Task<base::Result<Response>> instances(RequestScope& scope);
  base::Task<base::Result<Response>> batch(RequestScope& scope);

  CalendarServices& services_;
  EventWriter writer_;
};

}  // namespace sw::api
