#include "calendar/recurrence_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/recurrence_lines.h"
#include "unit/calendar/recurrence_testing.h"

namespace sw::calendar {
namespace {

using ::testing::ElementsAre;
using testing::instant;
using testing::instants;
using testing::series;

/// Both halves together must be the whole, wherever it is cut.
void expectWhole(const Recurrence& whole, std::size_t most = 40) {
  const ResolvedRecurrence resolved = RecurrenceSet(whole).resolve();
  const std::vector<std::string> all = instants(whole, most);
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(all[i]);
    const auto split = splitRecurrence(whole, instant(all[i]), i % 2 == 0 ? &resolved : nullptr);
    ASSERT_TRUE(split) << split.error().describe();
    ASSERT_EQ(split->before.has_value(), i > 0);
    std::vector<std::string> joined;
    if (split->before) joined = instants(*split->before, most);
    ASSERT_EQ(joined.size(), i);
    for (const std::string& time : instants(split->after, most - i)) joined.push_back(time);
    ASSERT_EQ(joined, all);
  }
}

TEST(RecurrenceSplit, GivesTheWholeTogether) {
  expectWhole(series("20240325T090000", {"FREQ=DAILY;COUNT=12"}, "Europe/Berlin"));
  expectWhole(series("20240325T023000", {"FREQ=HOURLY;INTERVAL=7"}, "Europe/Berlin"));
  expectWhole(series("20240131T090000", {"FREQ=MONTHLY;UNTIL=20260101T000000Z"}, "Asia/Tokyo"));
  expectWhole(series("20240102T090000",
                     {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;BYHOUR=9,17;COUNT=15;WKST=SU"},
                     "America/New_York"));
  expectWhole(series("20240101", {"FREQ=YEARLY;BYDAY=1MO,-1FR;BYSETPOS=1,-1;COUNT=9"}));
  expectWhole(series("20240101T090000", {"FREQ=MONTHLY;BYDAY=-1FR", "RDATE:20240310T120000Z",
                                         "EXDATE:20240426T090000Z", "RDATE:20240501T100000Z"}),
              12);
  expectWhole(series("20240101T090000", {"RDATE:20240310T120000Z", "RDATE:20240510T120000Z"}));
  expectWhole(series("20240101T090000", {"FREQ=WEEKLY;COUNT=9", "FREQ=MONTHLY;BYMONTHDAY=3;COUNT=4",
                                         "EXRULE:FREQ=MONTHLY;BYDAY=2MO"}));
}

TEST(RecurrenceSplit, WritesUntilAndCount) {
  const auto counted = splitRecurrence(series("20240101T090000", {"FREQ=DAILY;COUNT=10"}),
                                       instant("20240104T090000Z"));
  ASSERT_TRUE(counted);
  EXPECT_THAT(formatRecurrence(*counted->before), ElementsAre("RRULE:FREQ=DAILY;COUNT=3"));
  EXPECT_THAT(formatRecurrence(counted->after), ElementsAre("RRULE:FREQ=DAILY;COUNT=7"));
  const auto endless = splitRecurrence(series("20240101T090000", {"FREQ=DAILY"}, "Europe/Berlin"),
                                       instant("20240104T080000Z"));
  ASSERT_TRUE(endless);
  EXPECT_THAT(formatRecurrence(*endless->before),
              ElementsAre("RRULE:FREQ=DAILY;UNTIL=20240104T075959Z"));
  EXPECT_THAT(formatRecurrence(endless->after), ElementsAre("RRULE:FREQ=DAILY"));
  const auto days =
      splitRecurrence(series("20240101", {"FREQ=DAILY"}), instant("20240104T000000Z"));
  ASSERT_TRUE(days);
  EXPECT_THAT(formatRecurrence(*days->before), ElementsAre("RRULE:FREQ=DAILY;UNTIL=20240103"));
}

TEST(RecurrenceSplit, RefusesATimeWithoutAnOccurrence) {
  const auto split =
      splitRecurrence(series("20240101T090000", {"FREQ=DAILY"}), instant("20240104T090001Z"));
  ASSERT_FALSE(split);
  EXPECT_EQ(split.error().code(), base::Code::kNotFound);
}

TEST(RecurrenceSplit, RefusesToShiftAnInterval) {
  const auto split = splitRecurrence(
      series("20240101T090000", {"FREQ=DAILY;INTERVAL=2", "RDATE:20240104T120000Z"}),
      instant("20240104T120000Z"));
  ASSERT_FALSE(split);
  EXPECT_EQ(split.error().code(), base::Code::kInvalid);
}

}  // namespace
}  // namespace sw::calendar
