#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "accounts/local_day.h"
#include "accounts/settings.h"
#include "app/example/example_life.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "goals/goal_editor.h"
#include "habits/habit_editor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"
#include "tasks/task_editor.h"

namespace sw::app {

/// A clock that stands where the story is. One thread's.
class StoryClock final : public base::Clock {
 public:
  [[nodiscard]] base::Instant now() const override { return now_; }
  [[nodiscard]] base::Monotonic monotonic() const override {
    return base::Monotonic(now_.time_since_epoch());
  }
  void moveTo(base::Instant now) { now_ = now; }

 private:
  base::Instant now_{};
};

/// Does what somebody told in the order of the story, as if each had come through the API at its
/// time: the same readers, the same rules, one write each. One thread's; the stores must outlive
/// it.
class ExampleWriter {
 public:
  struct Stores {
    jobs::Storage& storage;
    jobs::ChangeLog& changes;
    accounts::SettingsStore& settings;
    habits::HabitStore& habits;
    goals::GoalStore& goals;
    goals::LinkedProgressSource& linked;
    tasks::TaskStore& tasks;
  };

  ExampleWriter(Stores stores, base::Uuid userId, const accounts::DayRule& day);

  /// `progress` is told how many deeds are written. Fails as the stores do; what was written by
  /// then stays.
  base::Task<base::Result<void>> write(const std::vector<Deed>& deeds,
                                       const std::function<void(std::size_t)>& progress);

 private:
  base::Task<base::Result<void>> take(const StartHabit& deed);
  base::Task<base::Result<void>> take(const CompleteHabit& deed);
  base::Task<base::Result<void>> take(const SkipHabit& deed);
  base::Task<base::Result<void>> take(const StartGoal& deed);
  base::Task<base::Result<void>> take(const TellProgress& deed);
  base::Task<base::Result<void>> take(const ReachMilestone& deed);
  base::Task<base::Result<void>> take(const SpendTime& deed);
  base::Task<base::Result<void>> take(const StartTask& deed);
  base::Task<base::Result<void>> take(const CompleteTask& deed);
  base::Task<base::Result<void>> take(const WorkOnTask& deed);

  base::Task<base::Result<habits::OpenHabit>> openHabit(const std::string& key);
  base::Task<base::Result<goals::Goal>> findGoal(const std::string& key);
  base::Task<base::Result<tasks::Task>> findTask(const std::string& key);
  base::Task<base::Result<void>> commit(jobs::UnitOfWork& unit);
  /// Linked goals follow what was done, as the service does by its change log.
  base::Task<base::Result<void>> refreshGoalOf(const std::string& habit);
  base::Task<base::Result<void>> refresh(base::Uuid goal);

  const Stores stores_;
  const base::Uuid userId_;
  const accounts::DayRule& day_;
  StoryClock clock_;
  habits::HabitEditor habits_;
  goals::GoalEditor goals_;
  tasks::TaskEditor tasks_;
  std::map<std::string, base::Uuid> ids_;           // by the story's keys
  std::map<std::string, std::string> goalOfHabit_;  // keys
};

}  // namespace sw::app
