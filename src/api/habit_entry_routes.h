#pragma once

#include "api/habit_services.h"
#include "api/router.h"

namespace sw::api {

/// What was done of habits, and what it comes to: completions, skips, pauses, streak, statistics.
/// Called by many threads.
class HabitEntryRoutes {
 public:
  explicit HabitEntryRoutes(HabitServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> complete(RequestScope& scope);
  base::Task<base::Result<Response>> skip(RequestScope& scope);
  /// Takes back a completion, or a skip.
  base::Task<base::Result<Response>> takeBack(RequestScope& scope, bool skips);
  base::Task<base::Result<Response>> pause(RequestScope& scope);
  base::Task<base::Result<Response>> resume(RequestScope& scope);
  base::Task<base::Result<Response>> completions(RequestScope& scope);
  base::Task<base::Result<Response>> streak(RequestScope& scope);
  base::Task<base::Result<Response>> stats(RequestScope& scope);

  base::Task<base::Result<Response>> finish(RequestScope& scope, jobs::UnitOfWork& unit,
                                            const habits::HabitEdit& edit, habits::LocalDate date);
  base::Task<base::Result<Response>> rest(RequestScope& scope, FoundHabit found,
                                          habits::HabitContent content);

  HabitServices& services_;
};

}  // namespace sw::api
