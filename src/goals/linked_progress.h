#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "base/zone.h"
#include "goals/goal.h"

namespace sw::goals {

/// What was done of one linked habit on one date.
struct HabitCompletion {
  base::Uuid habitId;
  std::chrono::local_days day{};  // the date it is told of, as its owner lives it
  base::Instant at{};             // when it was done; back-dated: when it was recorded
  bool done = true;               // false: only an amount short of the day's goal
  double amount = 1;              // one for a habit without amounts

  friend bool operator==(const HabitCompletion&, const HabitCompletion&) = default;
};

/// What is done of the habits and tasks that a goal is linked with.
struct LinkedProgress {
  std::vector<HabitCompletion> habits;   // ascending by day
  std::int64_t tasks = 0;                // cancelled ones left out
  std::vector<base::Instant> tasksDone;  // when each done one was done, ascending

  friend bool operator==(const LinkedProgress&, const LinkedProgress&) = default;
};

/// What a goal may ask about the habits and tasks of its owner, which it knows by id alone.
/// Thread-safe.
class LinkedProgressSource {
 public:
  LinkedProgressSource() = default;
  LinkedProgressSource(const LinkedProgressSource&) = delete;
  LinkedProgressSource& operator=(const LinkedProgressSource&) = delete;
  virtual ~LinkedProgressSource() = default;

  /// Completions of the goal's habits from its start date on, and how its tasks stand: those it
  /// lists and those that name it. Ids that are gone or another's count as nothing.
  virtual base::Task<base::Result<LinkedProgress>> read(const Goal& goal) = 0;

  /// Which of these are none of the owner's.
  struct Unknown {
    std::vector<base::Uuid> habits;
    std::vector<base::Uuid> tasks;
  };
  virtual base::Task<base::Result<Unknown>> unknown(base::Uuid ownerId,
                                                    std::vector<base::Uuid> habits,
                                                    std::vector<base::Uuid> tasks) = 0;
};

}  // namespace sw::goals
