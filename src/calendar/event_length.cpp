#include "calendar/event_length.h"

#include "calendar/ical_values.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {

base::LocalSeconds endAfter(base::LocalSeconds start, NominalLength length,
                            const base::Zone& zone) {
  const base::LocalSeconds day = start + length.days;
  if (length.seconds.count() == 0) return day;
  return zone.toLocal(zone.toUtc(day) + length.seconds);
}

std::optional<NominalLength> nominalLengthOf(const EventContent& content) {
  if (content.duration.empty()) return std::nullopt;
  const auto duration = readDuration(content.duration);
  if (!duration || duration->negative()) return std::nullopt;
  const EventTime& start = content.start;
  const EventTime& end = content.end;
  if (start.allDay != end.allDay || start.timeZone != end.timeZone) return std::nullopt;
  base::Zone zone;
  if (!start.timeZone.empty()) {
    const auto found = resolveZone(start.timeZone, content.zoneDefinitions);
    if (!found.ok()) return std::nullopt;
    zone = *found;
  }
  const NominalLength length{duration->days, duration->seconds};
  if (endAfter(start.local, length, zone) != end.local) return std::nullopt;
  return length;
}

}  // namespace sw::calendar
