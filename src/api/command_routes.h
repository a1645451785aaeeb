#pragma once

#include "api/request_scope.h"
#include "api/router.h"
#include "jobs/command_inbox.h"

namespace sw::api {

/// Commands that are done in the background. Called by many threads; must outlive the router.
class CommandRoutes {
 public:
  explicit CommandRoutes(jobs::CommandInbox& inbox) : inbox_(inbox) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> submit(RequestScope& scope);
  base::Task<base::Result<Response>> submitOnce(RequestScope& scope, const jobs::Command& command);
  base::Task<base::Result<Response>> find(RequestScope& scope);

  jobs::CommandInbox& inbox_;
};

}  // namespace sw::api
