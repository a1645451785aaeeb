#pragma once

#include "api/router.h"
#include "api/task_services.h"

namespace sw::api {

/// Time that was spent on tasks. Called by many threads.
class TaskTimeRoutes {
 public:
  explicit TaskTimeRoutes(TaskServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> add(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);

  TaskServices& services_;
};

}  // namespace sw::api
