#include "reminders/quiet_hours.h"

#include <array>
#include <chrono>

namespace sw::reminders {

base::Instant afterQuietHours(base::Instant at, const std::optional<accounts::DayRange>& quiet,
                              const base::Zone& zone) {
  if (!quiet || quiet->start == quiet->end) return at;
  const auto local = zone.toLocal(std::chrono::floor<std::chrono::seconds>(at));
  const auto today = std::chrono::floor<std::chrono::days>(local);
  const bool overMidnight = quiet->start > quiet->end;
  // The stretch that began yesterday can reach into today when it passes midnight.
  const std::array begins = {today - std::chrono::days(1), today};
  for (const std::chrono::local_days day : begins) {
    const base::Instant from = zone.toUtc(day + quiet->start);
    const base::Instant until =
        zone.toUtc(day + std::chrono::days(overMidnight ? 1 : 0) + quiet->end);
    if (from <= at && at < until) return until;
  }
  return at;
}

}  // namespace sw::reminders
