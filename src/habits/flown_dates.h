#pragma once

#include <optional>

#include "accounts/local_day.h"
#include "base/zone.h"
#include "habits/habit.h"

namespace sw::habits {

/// Whether a zone has left a date out of its calendar: Samoa had no 30 December 2011.
bool isLeftOut(LocalDate date, const base::Zone& zone);

/// How many dates before `date` a person flew over who last told of `last` and tells of `date`
/// now: those that had not ended, or had not begun, where they were then. See
/// `HabitEntry::flownOver`.
int flownOver(const HabitEntry& last, LocalDate date, base::Instant now,
              const accounts::DayRule& day);

/// Which dates of a stretch without entries do not count as missed, since they never came: flown
/// over, or left out by the zone. A value; does not block.
class FlownDates {
 public:
  /// Of the dates from `first` to the one before the entry's.
  FlownDates(LocalDate first, const HabitEntry& entry);
  /// Of the dates from `first` to `last`, for somebody in one zone.
  FlownDates(LocalDate first, LocalDate last, const base::Zone& zone);

  [[nodiscard]] bool holds(LocalDate date) const {
    return date >= flownFrom_ || (zone_ && isLeftOut(date, *zone_));
  }

 private:
  void look(LocalDate first, LocalDate last, const base::Zone& zone);

  LocalDate flownFrom_ = LocalDate::max();
  std::optional<base::Zone> zone_;  // where the stretch has such a date
};

}  // namespace sw::habits
