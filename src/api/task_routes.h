#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/router.h"
#include "api/task_services.h"

namespace sw::api {

/// Tasks themselves: list, create, read, change, complete, delete. Called by many threads.
class TaskRoutes {
 public:
  explicit TaskRoutes(TaskServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  struct ListRequest;

  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> put(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);
  base::Task<base::Result<Response>> complete(RequestScope& scope);
  base::Task<base::Result<Response>> reopen(RequestScope& scope);
  base::Task<base::Result<Response>> change(RequestScope& scope, FoundTask found,
                                            base::json::Value content);
  /// The content of a body, or every problem of it; `before` is the goal that is named already.
  base::Task<base::Result<tasks::TaskContent>> read(RequestScope& scope, base::json::Value body,
                                                    accounts::DayRule rule, base::Uuid before);
  base::Task<base::Result<std::string>> page(RequestScope& scope, std::vector<tasks::Task> found,
                                             const ListRequest& request);

  TaskServices& services_;
};

}  // namespace sw::api
