#pragma once

#include <map>
#include <string>

#include "calendar/ical_writer.h"

namespace sw::calendar {

/// Appends the VEVENT. `zoneIds` has the TZID to write for each zone name that the event uses.
void appendEvent(std::string& out, const WrittenEvent& event,
                 const std::map<std::string, std::string, std::less<>>& zoneIds, base::Instant now);

}  // namespace sw::calendar
