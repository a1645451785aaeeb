#pragma once

#include <chrono>

#include "base/result.h"
#include "calendar/event.h"
#include "calendar/recurrence.h"

namespace sw::calendar {

/// Moves a whole series on the wall clock: its start, the days its rules name, UNTIL, RDATE and
/// EXDATE. Weekly rules turn with the days; a rule that names days of the month or year can only
/// move within the day. `kInvalid` (field "recurrence") where the move would change what the rule
/// means.
base::Result<Recurrence> shiftRecurrence(const Recurrence& recurrence, std::chrono::seconds by);

}  // namespace sw::calendar
