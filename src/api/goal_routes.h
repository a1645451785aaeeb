#pragma once

#include "api/goal_services.h"
#include "api/router.h"

namespace sw::api {

/// Goals themselves: list, create, read, change, delete. Called by many threads.
class GoalRoutes {
 public:
  explicit GoalRoutes(GoalServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> put(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);
  base::Task<base::Result<Response>> change(RequestScope& scope, FoundGoal found,
                                            base::json::Value content);

  GoalServices& services_;
};

}  // namespace sw::api
