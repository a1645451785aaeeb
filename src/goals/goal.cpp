#include "goals/goal.h"

namespace sw::goals {

MeasuredBy measureOf(const Goal& goal) {
  const GoalContent& content = goal.content;
  if (content.measuredBy) return *content.measuredBy;
  if (content.metric && content.metric->target) return MeasuredBy::kMetric;
  if (!content.keyResults.empty() || !content.milestones.empty()) return MeasuredBy::kParts;
  return goal.tasks > 0 ? MeasuredBy::kTasks : MeasuredBy::kStatus;
}

}  // namespace sw::goals
