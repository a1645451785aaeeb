#pragma once

#include "api/habit_services.h"
#include "api/router.h"

namespace sw::api {

/// Habits themselves: list (also of what is due, and of what was left undone), create, read,
/// change, delete. Called by many threads.
class HabitRoutes {
 public:
  explicit HabitRoutes(HabitServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  struct Page;

  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> put(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);
  base::Task<base::Result<Response>> change(RequestScope& scope, FoundHabit found,
                                            base::json::Value content,
                                            std::optional<habits::LocalDate> effectiveFrom);
  base::Task<base::Result<void>> fill(RequestScope& scope, Page& page);
  base::Task<base::Result<bool>> wants(const Page& page, const habits::OpenHabit& open,
                                       const habits::HabitProgress& progress);

  HabitServices& services_;
};

}  // namespace sw::api
