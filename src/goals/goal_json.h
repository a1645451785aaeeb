#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/local_day.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "goals/analytics.h"
#include "goals/goal.h"

/// Goals as JSON: in requests, in answers, and in the store.
namespace sw::goals {

/// What a body asks of a goal: its content, and numbers that are to be journaled.
struct GoalRequest {
  GoalContent content;
  std::optional<double> completion;  // of the metric
  struct Current {
    std::size_t keyResult;  // index in the content
    double value;
  };
  std::vector<Current> currents;
};

/// Reads a whole goal; what is missing takes its default. `before` is the goal that is changed,
/// null for a new one: its milestones and key results keep what was recorded of them, found by
/// their ids, and its start date stays unless another is given. A milestone that is said to be
/// done now is so at `now`. Everything wrong goes to `problems`. New parts get no id yet.
GoalRequest readGoal(base::json::Value body, const Goal* before, const accounts::DayRule& rule,
                     base::Instant now, base::json::Problems& problems);

/// Reads a milestone by itself.
Milestone readMilestone(base::json::Value body, const accounts::DayRule& rule, base::Instant now,
                        base::json::Problems& problems);

/// Reads a line for the journal of `goal` (its ids are for the caller). Of `before`, where given,
/// what the body leaves out stays. `at` is at most a day ahead of `now`, its default.
ProgressEntry readProgress(base::json::Value body, const Goal& goal, const ProgressEntry* before,
                           base::Instant now, base::json::Problems& problems);
TimeEntry readTime(base::json::Value body, base::Instant now, base::json::Problems& problems);

/// The content of a goal as the JSON object that a merge patch applies to.
std::string toContentJson(const Goal& goal);
/// The line as the JSON object that a merge patch applies to.
std::string toContentJson(const ProgressEntry& entry);

/// Appends the goal as answers show it on the owner's day `today`.
void appendGoalView(std::string& out, const Goal& goal, std::chrono::local_days today);
void appendProgressView(std::string& out, const ProgressEntry& entry);
void appendTimeView(std::string& out, const TimeEntry& entry);
void appendAnalyticsView(std::string& out, const Goal& goal, const Analytics& analytics,
                         std::chrono::minutes timeSpent);

/// What the store keeps of a goal beside its columns, and back. `kCorrupted` when it cannot be
/// read.
std::string toDocument(const Goal& goal);
base::Result<void> readDocument(std::string_view document, Goal& goal);

/// The entity tag of a revision, quotes included.
std::string etagOf(const Goal& goal);

/// Limits of one goal.
inline constexpr std::size_t kMaxParts = 100;  // key results, and as many milestones
inline constexpr std::size_t kMaxTags = 30;
inline constexpr std::size_t kMaxLinks = 50;  // habits, and as many tasks
inline constexpr double kMaxNumber = 1e12;

}  // namespace sw::goals
