#pragma once

#include "api/request_scope.h"
#include "api/router.h"
#include "jobs/job_store.h"

namespace sw::api {

/// What operators see and do about jobs. Called by many threads; must outlive the router.
class JobRoutes {
 public:
  explicit JobRoutes(jobs::JobStore& jobs) : jobs_(jobs) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> census(RequestScope& scope);
  base::Task<base::Result<Response>> listDead(RequestScope& scope);
  base::Task<base::Result<Response>> retry(RequestScope& scope);
  base::Task<base::Result<Response>> drop(RequestScope& scope);

  jobs::JobStore& jobs_;
};

}  // namespace sw::api
