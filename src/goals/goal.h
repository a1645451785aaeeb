#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "calendar/priority.h"

/// Goals as their owners wrote them, and what was recorded of them. Plain values: no store, no
/// clock, no thread rules.
namespace sw::goals {

using calendar::Priority;

enum class GoalStatus : std::uint8_t { kActive, kPaused, kCompleted, kArchived };
inline constexpr std::array<std::string_view, 4> kStatusNames = {"active", "paused", "completed",
                                                                 "archived"};
constexpr std::string_view toString(GoalStatus status) {
  return kStatusNames.at(static_cast<std::size_t>(status));
}

/// What a goal's progress is read from.
enum class MeasuredBy : std::uint8_t {
  kMetric,  // the metric's way from its start to its target
  kParts,   // key results and milestones, by their weights
  kTasks,   // the share of its tasks that are done
  kStatus,  // nothing to measure: done when its owner says so
};
inline constexpr std::array<std::string_view, 4> kMeasuredByNames = {"metric", "parts", "tasks",
                                                                     "status"};

/// A number that is to go from `start` to `target`, up or down.
struct Metric {
  double start = 0;
  std::optional<double> target;  // none: nothing to reach, only something to follow
  std::string unit;              // "km"; empty for a bare number

  friend bool operator==(const Metric&, const Metric&) = default;
};

/// A measurable outcome that makes up a part of a goal. Its value is journaled as the goal's is.
struct KeyResult {
  base::Uuid id;
  std::string title;
  double start = 0;
  double target = 1;   // not `start`
  double current = 0;  // derived from the journal
  std::string unit;
  double weight = 1;  // 0 to 1000

  friend bool operator==(const KeyResult&, const KeyResult&) = default;
};

/// A step of a goal that is done or not.
struct Milestone {
  base::Uuid id;
  std::string title;
  std::optional<std::chrono::local_days> targetDate;
  double weight = 1;  // 0 to 1000
  std::optional<base::Instant> completedAt;

  friend bool operator==(const Milestone&, const Milestone&) = default;
};

/// What a completion of a linked habit adds to the metric.
enum class HabitMeasure : std::uint8_t {
  kCompletions,  // one each
  kAmount,       // the amount noted with it, one where none is
};

struct HabitLink {
  base::Uuid habitId;
  HabitMeasure measure = HabitMeasure::kCompletions;
  double factor = 1;  // what it adds is multiplied by this: 5 for "each run is 5 km"

  friend bool operator==(const HabitLink&, const HabitLink&) = default;
};

/// What a person says about a goal.
struct GoalContent {
  std::string title;
  std::string description;
  std::string type = "personal";  // a lower-case word: project, personal, health …
  Priority priority = Priority::kMedium;
  GoalStatus status = GoalStatus::kActive;
  std::chrono::local_days startDate{};                // in the owner's zone
  std::optional<std::chrono::local_days> targetDate;  // its whole day still counts; not before
                                                      // startDate
  std::optional<Metric> metric;
  std::optional<MeasuredBy> measuredBy;  // none: the first of metric, parts, tasks that there is
  std::vector<KeyResult> keyResults;
  std::vector<Milestone> milestones;
  std::vector<std::string> tags;  // each once, in the order given
  std::vector<HabitLink> linkedHabits;
  std::vector<base::Uuid> linkedTasks;  // besides the tasks that name this goal themselves

  friend bool operator==(const GoalContent&, const GoalContent&) = default;
};

/// A goal as it is stored: what was said, and what follows from that and from its journal.
struct Goal {
  base::Uuid id;
  base::Uuid ownerId;
  GoalContent content;

  double value = 0;        // of the metric now, linked habits included
  double fraction = 0;     // of the way, 0 to 1
  std::int64_t tasks = 0;  // linked, by either side
  std::int64_t tasksDone = 0;
  std::optional<base::Instant> completedAt;  // set while the status is completed
  bool completedByTarget = false;  // it was the progress that completed it, so less reopens it

  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};

  friend bool operator==(const Goal&, const Goal&) = default;
};

/// One line of a goal's journal.
struct ProgressEntry {
  enum class Kind : std::uint8_t {
    kValue,   // from then on the number is this
    kAmount,  // then it grew by this (fell, when negative)
  };
  base::Uuid id;
  base::Uuid goalId;
  base::Uuid keyResultId;  // whose number it is; nil: the metric's
  Kind kind = Kind::kValue;
  double number = 0;
  std::string note;
  base::Instant at{};       // when it was so; may lie in the past
  base::Instant created{};  // when it was written down

  friend bool operator==(const ProgressEntry&, const ProgressEntry&) = default;
};

/// Time that was spent on a goal.
struct TimeEntry {
  base::Uuid id;
  base::Uuid goalId;
  std::chrono::minutes duration{};  // 1 to 1440
  std::string note;
  base::Instant at{};  // when it began
  base::Instant created{};

  friend bool operator==(const TimeEntry&, const TimeEntry&) = default;
};

/// What progress is read from for this goal: what was chosen, else the first there is.
MeasuredBy measureOf(const Goal& goal);

}  // namespace sw::goals
