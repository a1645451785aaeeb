#pragma once

#include <cstdint>
#include <span>

#include "base/uuid.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::habits {

/// What habits tell of themselves, after the commit: metric and log together. One a process;
/// thread-safe.
class HabitsProbe {
 public:
  HabitsProbe(obs::MetricCatalog& catalog, obs::Log& log);

  void habitCreated(const base::Uuid& habit) const;
  /// A date has become done.
  void habitCompleted() const { completed_.increment(); }
  void milestoneReached(const base::Uuid& habit, std::int64_t count) const;
  /// How many active habits of everybody have a streak of each class of `HabitStore::streaks`.
  void streaksCounted(std::span<const std::int64_t> classes) const;
  void streaksNotCounted(const base::Error& error) const;

 private:
  static constexpr std::size_t kClasses = obs::label::StreakDays::kValues.size();

  obs::Logger logger_;
  obs::CounterHandle created_;
  obs::CounterHandle completed_;
  std::array<obs::GaugeHandle, kClasses> streaks_;
};

}  // namespace sw::habits
