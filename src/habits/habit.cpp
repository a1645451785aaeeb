#include "habits/habit.h"

#include <algorithm>

namespace sw::habits {

const HabitVersion& Habit::versionOn(LocalDate date) const {
  std::size_t index = content.versions.size() - 1;
  while (index > 0 && content.versions[index].from > date) --index;
  return content.versions[index];
}

double goalOf(const HabitVersion& version) {
  if (version.goal) return version.goal->amount;
  const Frequency& frequency = version.frequency;
  const bool severalADay =
      frequency.kind == Frequency::Kind::kTimes && frequency.period == Frequency::Period::kDay;
  return severalADay ? frequency.times : 1.0;
}

double Habit::goalOn(LocalDate date) const { return goalOf(versionOn(date)); }

bool Habit::isPausedOn(LocalDate date) const {
  return std::ranges::any_of(content.pauses, [&](const HabitPause& pause) {
    return pause.from <= date && (!pause.until || date <= *pause.until);
  });
}

}  // namespace sw::habits
