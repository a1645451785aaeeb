#pragma once

#include "api/calendar_services.h"
#include "api/router.h"

namespace sw::api {

/// Calendar files: import, export, and feeds for other calendar programs. Called by many threads.
class TransferRoutes {
 public:
  explicit TransferRoutes(CalendarServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> import(RequestScope& scope);
  base::Result<Response> importNow(RequestScope& scope, const calendar::Calendar& into) const;
  base::Task<base::Result<Response>> exportFile(RequestScope& scope);
  base::Task<base::Result<Response>> listFeeds(RequestScope& scope);
  base::Task<base::Result<Response>> createFeed(RequestScope& scope);
  base::Task<base::Result<Response>> removeFeed(RequestScope& scope);
  base::Task<base::Result<Response>> readFeed(RequestScope& scope);

  CalendarServices& services_;
};

}  // namespace sw::api
