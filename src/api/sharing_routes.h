#pragma once

#include "api/calendar_services.h"
#include "api/router.h"

namespace sw::api {

/// Access lists: whom a calendar is shared with. Called by many threads.
class SharingRoutes {
 public:
  explicit SharingRoutes(CalendarServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);

  base::Task<base::Result<calendar::CalendarAccess>> owned(RequestScope& scope);
  base::Task<base::Result<accounts::AclEntry>> entryOf(RequestScope& scope, base::Uuid calendarId);
  base::Task<base::Result<std::string>> viewOf(accounts::AclEntry entry);

  CalendarServices& services_;
};

}  // namespace sw::api
