#pragma once

#include <string>
#include <string_view>

#include "base/zone.h"

namespace sw::calendar {

/// Appends a VTIMEZONE (RFC 5545, section 3.6.5; folded) that describes `zone` from `from` on
/// under `name`. Yearly changes are written as rules, without an end where the zone's go on for
/// ever; all others as dates, up to the year 2100.
void appendZoneDefinition(std::string& out, const base::Zone& zone, std::string_view name,
                          base::UtcSeconds from);

}  // namespace sw::calendar
