#pragma once

#include <vector>

#include "base/zone.h"

namespace sw::calendar {

/// A stretch of time, start included, end not.
struct Interval {
  base::UtcSeconds start;
  base::UtcSeconds end;

  friend auto operator<=>(const Interval&, const Interval&) = default;
};

/// Sorts, drops empty ones and joins those that touch or overlap.
void mergeIntervals(std::vector<Interval>& intervals);

/// The parts of [from, to) that no interval covers. `merged` as `mergeIntervals` leaves it.
std::vector<Interval> gapsBetween(const std::vector<Interval>& merged, base::UtcSeconds from,
                                  base::UtcSeconds to);

}  // namespace sw::calendar
