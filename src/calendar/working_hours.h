#pragma once

#include <vector>

#include "accounts/settings.h"
#include "base/zone.h"
#include "calendar/interval.h"

namespace sw::calendar {

/// When a person works between `from` and `to`, in order: the ranges of each weekday of
/// `settings` on the wall clock of `zone`. A range that a change of clocks makes empty is left
/// out; one that it cuts or stretches is as long as the clocks say.
std::vector<Interval> workingIntervals(const accounts::Settings& settings, const base::Zone& zone,
                                       base::UtcSeconds from, base::UtcSeconds to);

}  // namespace sw::calendar
