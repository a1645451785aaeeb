#include "accounts/local_day.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::accounts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

LocalDate day(const char* text) { return base::parseDate(text).value(); }
DayRule rule(const char* zone, minutes boundary = {}) {
  return {base::Zone::find(zone).value(), boundary};
}

TEST(LocalDay, HasTheHoursOfTheClockChange) {
  const DayRule berlin = rule("Europe/Berlin");
  EXPECT_EQ(endOf(day("2026-03-29"), berlin) - beginOf(day("2026-03-29"), berlin), hours(23));
  EXPECT_EQ(endOf(day("2026-10-25"), berlin) - beginOf(day("2026-10-25"), berlin), hours(25));
}

TEST(LocalDay, HoldsEveryInstantOfItsOwnAndNoOther) {
  // Boundaries in the gap and in the overlap, and a zone that moves by half an hour.
  for (const DayRule& one : {rule("Europe/Berlin", minutes(150)), rule("Europe/Berlin", hours(4)),
                             rule("Australia/Lord_Howe", minutes(105)), rule("Pacific/Apia")}) {
    for (const char* begin :
         {"2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23", "2011-12-28"}) {
      const auto from = beginOf(day(begin), one);
      for (auto at = from; at < from + hours(24 * 6); at += minutes(7)) {
        const LocalDate date = localDateOf(base::Instant(at), one);
        ASSERT_LE(beginOf(date, one), at);
        ASSERT_GT(endOf(date, one), at);
      }
    }
  }
}

TEST(LocalDay, IsEmptyWhereAZoneLeftItOut) {
  const DayRule apia = rule("Pacific/Apia");
  EXPECT_EQ(beginOf(day("2011-12-30"), apia), beginOf(day("2011-12-31"), apia));
}

TEST(LocalDay, TakesTimesBeforeTheBoundaryForTheNextMorning) {
  const DayRule late = rule("UTC", hours(4));
  EXPECT_EQ(instantOn(day("2026-01-01"), hours(1), late),
            base::UtcSeconds(day("2026-01-02").time_since_epoch()) + hours(1));
  EXPECT_EQ(localDateOf(base::Instant(instantOn(day("2026-01-01"), hours(1), late)), late),
            day("2026-01-01"));
}

}  // namespace
}  // namespace sw::accounts
