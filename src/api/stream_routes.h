#pragma once

#include "api/router.h"
#include "api/stream_hub.h"
#include "calendar/change_feed.h"

namespace sw::api {

/// Changes as they happen, for pages that stay open. Called by many threads.
class StreamRoutes {
 public:
  /// Both must outlive the server.
  StreamRoutes(calendar::ChangeFeed& feed, StreamHub& hub) : feed_(feed), hub_(hub) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> open(RequestScope& scope);

  calendar::ChangeFeed& feed_;
  StreamHub& hub_;
};

}  // namespace sw::api
