#include "habits/habits_probe.h"

namespace sw::habits {

HabitsProbe::HabitsProbe(obs::MetricCatalog& catalog, obs::Log& log)
    : logger_(log.logger("habits")),
      created_(catalog.habitsCreated.handle()),
      completed_(catalog.habitsCompleted.handle()) {
  for (std::size_t i = 0; i < kClasses; ++i) {
    streaks_.at(i) =
        catalog.habitStreaksCurrent.handle(static_cast<obs::label::StreakDays::Value>(i));
  }
}

void HabitsProbe::habitCreated(const base::Uuid& habit) const {
  created_.increment();
  logger_.debug("Habit created", {obs::safeField("habitId", habit.toString())});
}

void HabitsProbe::milestoneReached(const base::Uuid& habit, std::int64_t count) const {
  logger_.info("Streak has reached a milestone",
               {obs::safeField("habitId", habit.toString()), obs::field("streak", count)});
}

void HabitsProbe::streaksCounted(std::span<const std::int64_t> classes) const {
  for (std::size_t i = 0; i < kClasses && i < classes.size(); ++i) {
    streaks_.at(i).set(static_cast<double>(classes[i]));
  }
}

void HabitsProbe::streaksNotCounted(const base::Error& error) const {
  logger_.warn("Streaks could not be counted", {obs::field("error", error.describe())});
}

}  // namespace sw::habits
