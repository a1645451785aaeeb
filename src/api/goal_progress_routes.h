#pragma once

#include "api/goal_services.h"
#include "api/router.h"

namespace sw::api {

/// What is recorded of goals: progress, milestones, time, and what follows from it. Called by many
/// threads.
class GoalProgressRoutes {
 public:
  explicit GoalProgressRoutes(GoalServices& services) : services_(services) {}

  void addTo(Router& router);

 private:
  void addJournal(Router& router);
  void addMilestones(Router& router);
  void addTime(Router& router);

  base::Task<base::Result<Response>> record(RequestScope& scope);
  base::Task<base::Result<Response>> journal(RequestScope& scope);
  base::Task<base::Result<Response>> correct(RequestScope& scope);
  base::Task<base::Result<Response>> takeBack(RequestScope& scope);
  base::Task<base::Result<Response>> addMilestone(RequestScope& scope);
  base::Task<base::Result<Response>> setMilestone(RequestScope& scope, bool done);
  base::Task<base::Result<Response>> removeMilestone(RequestScope& scope);
  base::Task<base::Result<Response>> logTime(RequestScope& scope);
  base::Task<base::Result<Response>> listTime(RequestScope& scope);
  base::Task<base::Result<Response>> removeTime(RequestScope& scope);
  base::Task<base::Result<Response>> analytics(RequestScope& scope);

  base::Task<base::Result<goals::ProgressEntry>> findEntry(const goals::Goal& goal, base::Uuid id);

  GoalServices& services_;
};

}  // namespace sw::api
