#pragma once

#include <optional>

#include "accounts/settings.h"
#include "base/clock.h"
#include "base/zone.h"

namespace sw::reminders {

/// When something meant for `at` may be told: `at` itself, or the end of the quiet hours that hold
/// it. Quiet hours are wall-clock times of `zone`, the end not included; start > end means over
/// midnight. Where the clocks change, a bound in the gap counts by the offset before it and one in
/// the overlap is the first of the two (RFC 5545, section 3.3.5), so that a night of quiet hours
/// is an hour shorter or longer.
base::Instant afterQuietHours(base::Instant at, const std::optional<accounts::DayRange>& quiet,
                              const base::Zone& zone);

}  // namespace sw::reminders
