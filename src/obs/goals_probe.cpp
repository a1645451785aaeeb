#include "obs/goals_probe.h"

namespace sw::obs {

GoalsProbe::GoalsProbe(MetricCatalog& catalog, Log& log)
    : logger_(log.logger("goals")),
      created_(catalog.goalsCreated.handle()),
      completed_(catalog.goalsCompleted.handle()) {}

void GoalsProbe::goalCreated(const base::Uuid& goal) const {
  created_.increment();
  logger_.debug("Goal created", {safeField("goalId", goal.toString())});
}

void GoalsProbe::goalCompleted(const base::Uuid& goal) const {
  completed_.increment();
  logger_.info("Goal completed", {safeField("goalId", goal.toString())});
}

}  // namespace sw::obs
