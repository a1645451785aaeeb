#pragma once

#include <chrono>

#include "accounts/settings.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"

namespace sw::accounts {

/// A day of somebody's calendar.
using LocalDate = std::chrono::local_days;

/// Which dates a person lives by: their zone, and how long after midnight their day begins.
struct DayRule {
  base::Zone zone;
  std::chrono::minutes boundary{0};  // 0 to under 12 h

  friend bool operator==(const DayRule&, const DayRule&) = default;
};

/// The rule of somebody's settings. `kInvalid` when the tz database no longer has their zone.
base::Result<DayRule> dayRuleOf(const Settings& settings);

/// The first instant of a day: `boundary` after its midnight (in a gap by the offset before it, of
/// an overlap the first). The end of a day is the begin of the next one; a day that a zone has left
/// out (Samoa, 30 December 2011) begins when the next one does.
base::UtcSeconds beginOf(LocalDate date, const DayRule& rule);
inline base::UtcSeconds endOf(LocalDate date, const DayRule& rule) {
  return beginOf(date + std::chrono::days(1), rule);
}

/// The day that `at` belongs to: `beginOf(d) <= at < endOf(d)`, whatever the clocks do that day.
LocalDate localDateOf(base::Instant at, const DayRule& rule);

/// The instant of a wall-clock time of that day. A time before the boundary is of the morning
/// after: with a boundary of 4 h, 01:30 belongs to the night that ends the day.
base::UtcSeconds instantOn(LocalDate date, std::chrono::minutes timeOfDay, const DayRule& rule);

}  // namespace sw::accounts
