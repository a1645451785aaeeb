#include "calendar/working_hours.h"

#include <algorithm>
#include <chrono>

namespace sw::calendar {

std::vector<Interval> workingIntervals(const accounts::Settings& settings, const base::Zone& zone,
                                       base::UtcSeconds from, base::UtcSeconds to) {
  using std::chrono::days;
  std::vector<Interval> intervals;
  if (from >= to) return intervals;
  const auto last = std::chrono::floor<days>(zone.toLocal(to));
  for (auto day = std::chrono::floor<days>(zone.toLocal(from)); day <= last; day += days(1)) {
    const unsigned weekday = std::chrono::weekday(day).iso_encoding() - 1;
    for (const accounts::DayRange& range : settings.workingHours.at(weekday)) {
      const Interval interval{std::max(from, zone.toUtc(day + range.start)),
                              std::min(to, zone.toUtc(day + range.end))};
      if (interval.start < interval.end) intervals.push_back(interval);
    }
  }
  return intervals;
}

}  // namespace sw::calendar
