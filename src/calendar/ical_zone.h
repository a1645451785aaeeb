#pragma once

#include <string_view>

#include "base/result.h"
#include "base/zone.h"

namespace sw::calendar {

/// The zone that `EventTime::timeZone` names: one defined in `zoneDefinitions` (the event's own
/// VTIMEZONE text, may be empty), else one of the tz database, else a fixed offset ("UTC+05:30").
/// `kInvalid` when it is none of them; an empty name is for the caller to read in the calendar's
/// zone. Thread-safe, does not block; after the first time of a pair a hash look-up.
base::Result<base::Zone> resolveZone(std::string_view timeZone, std::string_view zoneDefinitions);

}  // namespace sw::calendar
