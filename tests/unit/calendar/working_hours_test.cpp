#include "calendar/working_hours.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::calendar {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

base::UtcSeconds utc(const char* text) {
  const auto parsed = base::parseDateTime(text);
  return base::UtcSeconds(parsed->local.time_since_epoch() - *parsed->offset);
}

accounts::Settings nightShift() {
  accounts::Settings settings;
  settings.workingHours[6] = {{hours(1), hours(4)}};  // Sunday
  return settings;
}

TEST(WorkingHours, AreOneHourShorterWhenClocksGoForward) {
  const auto zone = base::Zone::find("Europe/Berlin");
  ASSERT_TRUE(zone.ok());
  const auto intervals = workingIntervals(nightShift(), *zone, utc("2026-03-28T00:00:00Z"),
                                          utc("2026-03-30T00:00:00Z"));
  ASSERT_EQ(intervals.size(), 1U);
  EXPECT_EQ(intervals[0].start, utc("2026-03-29T00:00:00Z"));
  EXPECT_EQ(intervals[0].end, utc("2026-03-29T02:00:00Z"));
}

TEST(WorkingHours, AreOneHourLongerWhenClocksGoBack) {
  const auto zone = base::Zone::find("Europe/Berlin");
  ASSERT_TRUE(zone.ok());
  const auto intervals = workingIntervals(nightShift(), *zone, utc("2026-10-24T00:00:00Z"),
                                          utc("2026-10-26T00:00:00Z"));
  ASSERT_EQ(intervals.size(), 1U);
  EXPECT_EQ(intervals[0].end - intervals[0].start, hours(4));
}

TEST(WorkingHours, AreCutAtTheEndsOfTheRange) {
  const auto intervals = workingIntervals(nightShift(), base::Zone::utc(),
                                          utc("2026-03-29T02:00:00Z"), utc("2026-03-29T03:00:00Z"));
  EXPECT_EQ(intervals,
            (std::vector<Interval>{{utc("2026-03-29T02:00:00Z"), utc("2026-03-29T03:00:00Z")}}));
}

}  // namespace
}  // namespace sw::calendar
