#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "calendar/ical_components.h"
#include "calendar/recurrence_rule.h"

namespace sw::calendar {

/// A STANDARD or DAYLIGHT part of a VTIMEZONE (RFC 5545, section 3.6.5): when, by the wall clock
/// before, the offset becomes another.
struct ZoneObservance {
  base::LocalSeconds start;
  std::chrono::seconds offsetBefore;
  std::chrono::seconds offset;
  std::vector<RecurrenceRule> rules;
  std::vector<base::LocalSeconds> dates;  // RDATE
};

/// A VTIMEZONE as data.
struct ZoneDefinition {
  std::string name;      // TZID
  std::string location;  // X-LIC-LOCATION; empty for none
  std::vector<ZoneObservance> observances;
};

/// Reads a VTIMEZONE. `kInvalid` when it has no name or nothing usable in it; single broken
/// observances are left aside.
base::Result<ZoneDefinition> readZoneDefinition(const Component& component);

/// The zone that the definition describes, under its name. `kInvalid` when its rules make more
/// changes than a zone can have.
base::Result<base::Zone> makeZone(const ZoneDefinition& definition);

/// Whether both zones have the same offset at every instant of [from, to).
bool sameOffsets(const base::Zone& a, const base::Zone& b, base::UtcSeconds from,
                 base::UtcSeconds to);

/// A zone of the tz database that behaves like `zone` in [from, to); nothing when none of those
/// that programs commonly offer does. `preferred` (a tz name or empty) is tried first.
std::optional<std::string> findZoneByBehaviour(const base::Zone& zone, base::UtcSeconds from,
                                               base::UtcSeconds to, std::string_view preferred);

}  // namespace sw::calendar
