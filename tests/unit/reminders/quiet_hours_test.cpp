#include "reminders/quiet_hours.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

base::Instant at(std::string_view text) {
  const auto parsed = base::parseDateTime(text);
  return base::Instant(std::chrono::sys_seconds(parsed->local.time_since_epoch()) -
                       parsed->offset.value_or(std::chrono::seconds(0)));
}

std::string free(std::string_view when, accounts::DayRange quiet, std::string_view zone) {
  return base::formatInstant(afterQuietHours(at(when), quiet, *base::Zone::find(zone)));
}

constexpr accounts::DayRange kNight{hours(22), hours(7)};
constexpr accounts::DayRange kNoon{hours(12), hours(14)};

TEST(QuietHours, LetThroughWhatLiesOutside) {
  EXPECT_EQ(free("2026-03-02T21:59:59Z", kNight, "UTC"), "2026-03-02T21:59:59Z");
  EXPECT_EQ(free("2026-03-02T07:00:00Z", kNight, "UTC"), "2026-03-02T07:00:00Z");
  EXPECT_EQ(free("2026-03-02T11:00:00Z", kNoon, "UTC"), "2026-03-02T11:00:00Z");
}

TEST(QuietHours, PutOffToTheirEndOverMidnight) {
  EXPECT_EQ(free("2026-03-02T22:00:00Z", kNight, "UTC"), "2026-03-03T07:00:00Z");
  EXPECT_EQ(free("2026-03-03T00:30:00Z", kNight, "UTC"), "2026-03-03T07:00:00Z");
  EXPECT_EQ(free("2026-03-02T13:59:00Z", kNoon, "UTC"), "2026-03-02T14:00:00Z");
}

TEST(QuietHours, AreWallClockTimesOfTheZone) {
  EXPECT_EQ(free("2026-03-02T21:30:00Z", kNight, "Europe/Berlin"), "2026-03-03T06:00:00Z");
  EXPECT_EQ(free("2026-03-02T04:30:00Z", kNight, "America/New_York"), "2026-03-02T12:00:00Z");
}

TEST(QuietHours, EndOnTheNewClockWhenItGoesForwardInTheNight) {
  // Berlin, 29 March 2026: 02:00 becomes 03:00, so that the night has an hour less.
  EXPECT_EQ(free("2026-03-28T21:30:00Z", kNight, "Europe/Berlin"), "2026-03-29T05:00:00Z");
  // An end that the clock leaves out counts by the offset before it: 02:30 is 01:30 in UTC.
  EXPECT_EQ(free("2026-03-29T00:15:00Z", {hours(23), minutes(150)}, "Europe/Berlin"),
            "2026-03-29T01:30:00Z");
}

TEST(QuietHours, EndAtTheFirstOfTwoWhenTheClockGoesBack) {
  // Berlin, 25 October 2026: 03:00 becomes 02:00; 02:30 comes first at 00:30 in UTC.
  EXPECT_EQ(free("2026-10-24T23:00:00Z", {hours(23), minutes(150)}, "Europe/Berlin"),
            "2026-10-25T00:30:00Z");
  EXPECT_EQ(free("2026-10-24T21:00:00Z", kNight, "Europe/Berlin"), "2026-10-25T06:00:00Z");
}

TEST(QuietHours, DoNothingWhereThereAreNone) {
  EXPECT_EQ(afterQuietHours(at("2026-03-02T03:00:00Z"), std::nullopt, base::Zone()),
            at("2026-03-02T03:00:00Z"));
}

}  // namespace
}  // namespace sw::reminders
