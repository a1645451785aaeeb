#include "goals/timeline.h"

#include <algorithm>
#include <map>

namespace sw::goals {
namespace {

using accounts::DayRule;
using std::chrono::days;
using std::chrono::local_days;

/// Longer lives of a goal are cut at their begin: 50 years.
constexpr days kLongest{18300};

void add(std::vector<Step>& steps, const ProgressEntry& entry) {
  steps.push_back({entry.at, entry.kind, entry.number});
}

void apply(double& value, const Step& step) {
  value = step.kind == ProgressEntry::Kind::kValue ? step.number : value + step.number;
}

base::Instant placeOf(const HabitCompletion& completion, const DayRule& rule) {
  if (accounts::localDateOf(completion.at, rule) == completion.day) return completion.at;
  return base::Instant(accounts::endOf(completion.day, rule)) - std::chrono::microseconds(1);
}

/// Plays steps day by day.
class Player {
 public:
  Player(double start, std::vector<Step> steps, const DayRule& rule)
      : value_(start), steps_(std::move(steps)), rule_(rule) {}

  /// The number at the end of `day`; days come ascending.
  double at(local_days day) {
    const base::Instant end{accounts::endOf(day, rule_)};
    for (; next_ < steps_.size() && steps_[next_].at < end; ++next_) apply(value_, steps_[next_]);
    return value_;
  }
  /// The number after everything, what lies in the future too.
  double rest() {
    for (; next_ < steps_.size(); ++next_) apply(value_, steps_[next_]);
    return value_;
  }

 private:
  double value_;
  std::vector<Step> steps_;
  const DayRule& rule_;
  std::size_t next_ = 0;
};

local_days firstDay(const Goal& goal, const std::vector<base::Instant>& records,
                    const DayRule& rule, local_days today) {
  local_days first = std::min(goal.content.startDate, today);
  for (const base::Instant at : records) first = std::min(first, accounts::localDateOf(at, rule));
  return std::max(first, today - kLongest);
}

}  // namespace

std::vector<Step> metricSteps(const Goal& goal, const std::vector<ProgressEntry>& journal,
                              const LinkedProgress& linked, const DayRule& rule) {
  std::vector<Step> steps;
  for (const ProgressEntry& entry : journal) {
    if (entry.keyResultId.isNil()) add(steps, entry);
  }
  for (const HabitLink& link : goal.content.linkedHabits) {
    for (const HabitCompletion& completion : linked.habits) {
      if (completion.habitId != link.habitId) continue;
      const bool counts = link.measure == HabitMeasure::kCompletions;
      if (counts && !completion.done) continue;
      steps.push_back({placeOf(completion, rule), ProgressEntry::Kind::kAmount,
                       link.factor * (counts ? 1.0 : completion.amount)});
    }
  }
  std::ranges::stable_sort(steps, {}, &Step::at);
  return steps;
}

std::vector<Step> keyResultSteps(const KeyResult& result,
                                 const std::vector<ProgressEntry>& journal) {
  std::vector<Step> steps;
  for (const ProgressEntry& entry : journal) {
    if (entry.keyResultId == result.id) add(steps, entry);
  }
  std::ranges::stable_sort(steps, {}, &Step::at);
  return steps;
}

double valueAfter(double start, const std::vector<Step>& steps) {
  double value = start;
  for (const Step& step : steps) apply(value, step);
  return value;
}

double fractionOf(double value, double start, double target) {
  if (target == start) return 0;
  return std::clamp((value - start) / (target - start), 0.0, 1.0);
}

double partsFraction(const GoalContent& content) {
  double sum = 0;
  double weights = 0;
  for (const KeyResult& part : content.keyResults) {
    sum += part.weight * fractionOf(part.current, part.start, part.target);
    weights += part.weight;
  }
  for (const Milestone& part : content.milestones) {
    if (part.completedAt) sum += part.weight;
    weights += part.weight;
  }
  return weights > 0 ? std::clamp(sum / weights, 0.0, 1.0) : 0;
}

void recompute(Goal& goal, const std::vector<ProgressEntry>& journal, const LinkedProgress& linked,
               const DayRule& rule) {
  GoalContent& content = goal.content;
  const double start = content.metric ? content.metric->start : 0;
  goal.value = valueAfter(start, metricSteps(goal, journal, linked, rule));
  for (KeyResult& part : content.keyResults) {
    part.current = valueAfter(part.start, keyResultSteps(part, journal));
  }
  goal.tasks = linked.tasks;
  goal.tasksDone = static_cast<std::int64_t>(linked.tasksDone.size());
  switch (measureOf(goal)) {
    case MeasuredBy::kMetric:
      goal.fraction = content.metric && content.metric->target
                          ? fractionOf(goal.value, start, *content.metric->target)
                          : 0;
      break;
    case MeasuredBy::kParts: goal.fraction = partsFraction(content); break;
    case MeasuredBy::kTasks:
      goal.fraction = goal.tasks > 0
                          ? static_cast<double>(goal.tasksDone) / static_cast<double>(goal.tasks)
                          : 0;
      break;
    case MeasuredBy::kStatus:
      goal.fraction = content.status == GoalStatus::kCompleted ? 1 : 0;
      break;
  }
}

namespace {

Curve metricCurve(const Goal& goal, const std::vector<Step>& steps, const DayRule& rule,
                  local_days today) {
  std::vector<base::Instant> records;
  for (const Step& step : steps) records.push_back(step.at);
  Curve curve;
  curve.first = firstDay(goal, records, rule, today);
  if (goal.content.metric) {
    curve.start = goal.content.metric->start;
    curve.target = goal.content.metric->target;
  }
  Player player(curve.start, steps, rule);
  for (local_days day = curve.first; day < today; day += days(1)) {
    curve.daily.push_back(player.at(day));
  }
  curve.daily.push_back(player.rest());
  return curve;
}

Curve partsCurve(const Goal& goal, const std::vector<ProgressEntry>& journal, const DayRule& rule,
                 local_days today) {
  std::vector<base::Instant> records;
  for (const ProgressEntry& entry : journal) {
    if (!entry.keyResultId.isNil()) records.push_back(entry.at);
  }
  for (const Milestone& part : goal.content.milestones) {
    if (part.completedAt) records.push_back(*part.completedAt);
  }
  Curve curve;
  curve.first = firstDay(goal, records, rule, today);
  curve.target = 1;
  GoalContent content = goal.content;
  std::vector<Player> players;
  for (const KeyResult& part : content.keyResults) {
    players.emplace_back(part.start, keyResultSteps(part, journal), rule);
  }
  for (local_days day = curve.first; day <= today; day += days(1)) {
    const bool last = day == today;
    const base::Instant end{accounts::endOf(day, rule)};
    for (std::size_t i = 0; i < players.size(); ++i) {
      content.keyResults[i].current = last ? players[i].rest() : players[i].at(day);
    }
    for (std::size_t i = 0; i < content.milestones.size(); ++i) {
      const auto& done = goal.content.milestones[i].completedAt;
      content.milestones[i].completedAt = done && (last || *done < end) ? done : std::nullopt;
    }
    curve.daily.push_back(partsFraction(content));
  }
  return curve;
}

Curve shareCurve(const Goal& goal, const std::vector<base::Instant>& done, double all,
                 const DayRule& rule, local_days today) {
  Curve curve;
  curve.first = firstDay(goal, done, rule, today);
  curve.target = 1;
  std::vector<Step> steps;
  for (const base::Instant at : done) {
    steps.push_back({at, ProgressEntry::Kind::kAmount, all > 0 ? 1 / all : 0});
  }
  std::ranges::stable_sort(steps, {}, &Step::at);
  Player player(0, std::move(steps), rule);
  for (local_days day = curve.first; day < today; day += days(1)) {
    curve.daily.push_back(player.at(day));
  }
  curve.daily.push_back(goal.fraction);
  return curve;
}

}  // namespace

Curve curveOf(const Goal& goal, const std::vector<ProgressEntry>& journal,
              const LinkedProgress& linked, const DayRule& rule, local_days today) {
  switch (measureOf(goal)) {
    case MeasuredBy::kMetric:
      return metricCurve(goal, metricSteps(goal, journal, linked, rule), rule, today);
    case MeasuredBy::kParts: return partsCurve(goal, journal, rule, today);
    case MeasuredBy::kTasks:
      return shareCurve(goal, linked.tasksDone, static_cast<double>(linked.tasks), rule, today);
    case MeasuredBy::kStatus: break;
  }
  // Without anything to measure a journal may still have been kept: its numbers are the curve.
  if (!journal.empty() || !goal.content.linkedHabits.empty()) {
    return metricCurve(goal, metricSteps(goal, journal, linked, rule), rule, today);
  }
  std::vector<base::Instant> done;
  if (goal.completedAt) done.push_back(*goal.completedAt);
  return shareCurve(goal, done, 1, rule, today);
}

}  // namespace sw::goals
