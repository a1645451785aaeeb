#pragma once

#include <vector>

#include "accounts/local_day.h"
#include "goals/goal.h"
#include "goals/linked_progress.h"

/// What a goal's numbers were at every time, worked out from its journal. Pure functions.
namespace sw::goals {

/// One thing that moves a number.
struct Step {
  base::Instant at{};
  ProgressEntry::Kind kind = ProgressEntry::Kind::kValue;
  double number = 0;
};

/// The steps of the goal's metric: its journal lines and what its linked habits add, ascending by
/// time, then in the order they were given. A habit's completion stands where it was done;
/// a back-dated one at the end of the day it was told of, since what was written down as the value
/// later includes it.
std::vector<Step> metricSteps(const Goal& goal, const std::vector<ProgressEntry>& journal,
                              const LinkedProgress& linked, const accounts::DayRule& rule);
/// The steps of one key result.
std::vector<Step> keyResultSteps(const KeyResult& result,
                                 const std::vector<ProgressEntry>& journal);

/// The number after all steps, from `start`.
double valueAfter(double start, const std::vector<Step>& steps);

/// How far from `start` (0) to `target` (1, not `start`) a value is, within that range.
double fractionOf(double value, double start, double target);

/// The mean of the key results' fractions and of the milestones that are done, by their weights;
/// 0 when all weights are.
double partsFraction(const GoalContent& content);

/// Derives `value`, `fraction`, `tasks`, `tasksDone` and the key results' current values from what
/// was recorded. The same journal always gives the same numbers.
void recompute(Goal& goal, const std::vector<ProgressEntry>& journal, const LinkedProgress& linked,
               const accounts::DayRule& rule);

/// What a goal is measured by, at the end of every day of the owner from its start (or its first
/// record, whichever is earlier) to `today`.
struct Curve {
  std::chrono::local_days first{};
  double start = 0;              // before the first day
  std::optional<double> target;  // not `start`
  std::vector<double> daily;     // one a day; today's as it stands
};
Curve curveOf(const Goal& goal, const std::vector<ProgressEntry>& journal,
              const LinkedProgress& linked, const accounts::DayRule& rule,
              std::chrono::local_days today);

}  // namespace sw::goals
