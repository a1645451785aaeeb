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
#include "base/zone.h"
#include "calendar/priority.h"

/// Tasks as their owners wrote them. Plain values: no store, no clock, no thread rules.
namespace sw::tasks {

using calendar::Priority;

enum class TaskStatus : std::uint8_t { kOpen, kCompleted, kCancelled };
inline constexpr std::array<std::string_view, 3> kStatusNames = {"open", "completed", "cancelled"};
constexpr std::string_view toString(TaskStatus status) {
  return kStatusNames.at(static_cast<std::size_t>(status));
}

/// A date, or a wall-clock time in a zone.
struct TaskTime {
  base::LocalSeconds local{};  // midnight for a date
  bool isDate = false;
  std::string timeZone;  // of the tz database; empty for a date, which is the owner's

  friend bool operator==(const TaskTime&, const TaskTime&) = default;
};

/// From where a recurring task counts to its next instance.
enum class RepeatFrom : std::uint8_t {
  kDeadline,    // by the rule from the deadline: rent on the first
  kCompletion,  // by the rule from the day it was done: water the plants a week later
};

/// What a person says about a task.
struct TaskContent {
  std::string title;
  std::string notes;
  std::optional<std::chrono::minutes> duration;  // expected, 1 to 60,000
  std::optional<TaskTime> deadline;              // a date's whole day still counts
  std::optional<TaskTime> earliestStart;         // not after the deadline
  Priority priority = Priority::kMedium;
  bool splittable = false;
  std::optional<std::chrono::minutes> smallestPiece;  // of a splittable one, at most `duration`
  base::Uuid goalId;                                  // nil: none
  std::vector<std::string> tags;                      // each once, in the order given
  std::vector<base::Uuid> blockedBy;                  // own tasks that are to be done before
  std::string recurrence;  // "RRULE:…" of RFC 5545; empty: once. Needs a deadline
  RepeatFrom repeatFrom = RepeatFrom::kDeadline;
  TaskStatus status = TaskStatus::kOpen;

  friend bool operator==(const TaskContent&, const TaskContent&) = default;
};

/// A task as it is stored.
struct Task {
  base::Uuid id;
  base::Uuid ownerId;
  TaskContent content;

  /// When the deadline has passed: the instant itself, or the end of its day in the owner's zone
  /// as it was when the task was written. Derived.
  std::optional<base::Instant> deadlineAt;
  std::optional<base::Instant> completedAt;
  std::chrono::minutes timeSpent{0};  // logged
  base::Uuid seriesId;                // that of a recurring task's first instance; nil: none
  std::int64_t occurrence = 1;        // of the series, counted from 1
  base::Uuid successorId;             // the next instance, made when this one was done
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};

  friend bool operator==(const Task&, const Task&) = default;
};

/// Time that was spent on a task.
struct TimeEntry {
  base::Uuid id;
  base::Uuid taskId;
  std::chrono::minutes duration{};  // 1 to 1440
  std::string note;
  base::Instant at{};  // when it began
  base::Instant created{};

  friend bool operator==(const TimeEntry&, const TimeEntry&) = default;
};

}  // namespace sw::tasks
