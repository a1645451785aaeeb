#include "calendar/recurrence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/calendar/recurrence_testing.h"

namespace sw::calendar {
namespace {

using testing::at;
using ::testing::ElementsAre;
using testing::instant;
using testing::instants;
using testing::instantsBetween;
using ::testing::IsEmpty;
using testing::locals;
using testing::series;
using ::testing::SizeIs;

TEST(Recurrence, KeepsTheWallClockAcrossClockChanges) {
  EXPECT_THAT(instants(series("20240330T090000", {"FREQ=DAILY;COUNT=3"}, "Europe/Berlin")),
              ElementsAre("20240330T080000Z", "20240331T070000Z", "20240401T070000Z"));
}

TEST(Recurrence, UsesTheOffsetBeforeInAGap) {
  EXPECT_THAT(instants(series("20240330T023000", {"FREQ=DAILY;COUNT=3"}, "Europe/Berlin")),
              ElementsAre("20240330T013000Z", "20240331T013000Z", "20240401T003000Z"));
}

TEST(Recurrence, UsesTheFirstOfAnOverlap) {
  EXPECT_THAT(instants(series("20241026T023000", {"FREQ=DAILY;COUNT=3"}, "Europe/Berlin")),
              ElementsAre("20241026T003000Z", "20241027T003000Z", "20241028T013000Z"));
}

TEST(Recurrence, CountsAnInstantOnceThatHasTwoNamesInAGap) {
  // 01:00 is skipped and means 02:00, which the rule names too.
  const Recurrence hourly = series("20240330T230000", {"FREQ=HOURLY;COUNT=5"}, "Europe/London");
  EXPECT_THAT(instants(hourly),
              ElementsAre("20240330T230000Z", "20240331T000000Z", "20240331T010000Z",
                          "20240331T020000Z", "20240331T030000Z"));
  EXPECT_THAT(locals(hourly), ElementsAre("20240330T230000", "20240331T000000", "20240331T020000",
                                          "20240331T030000", "20240331T040000"));
}

TEST(Recurrence, StaysInOrderWhereSkippedTimesInterleave) {
  EXPECT_THAT(
      instants(series("20240331T004000", {"FREQ=MINUTELY;INTERVAL=25;COUNT=6"}, "Europe/London")),
      ElementsAre("20240331T004000Z", "20240331T010500Z", "20240331T012000Z", "20240331T013000Z",
                  "20240331T014500Z", "20240331T015500Z"));
}

TEST(Recurrence, DoesNotRepeatHoursOfAnOverlap) {
  EXPECT_THAT(instants(series("20241027T000000", {"FREQ=HOURLY;COUNT=5"}, "Europe/London")),
              ElementsAre("20241026T230000Z", "20241027T000000Z", "20241027T020000Z",
                          "20241027T030000Z", "20241027T040000Z"));
}

TEST(Recurrence, MergesTheDayThatApiaSkipped) {
  EXPECT_THAT(instants(series("20111229T090000", {"FREQ=DAILY;COUNT=3"}, "Pacific/Apia")),
              ElementsAre("20111229T190000Z", "20111230T190000Z", "20111231T190000Z"));
}

TEST(Recurrence, SkipsYearsWithoutALeapDay) {
  EXPECT_THAT(locals(series("18960229", {"FREQ=YEARLY;COUNT=3"})),
              ElementsAre("18960229", "19040229", "19080229"));
  EXPECT_THAT(locals(series("20240131", {"FREQ=MONTHLY;COUNT=4"})),
              ElementsAre("20240131", "20240331", "20240531", "20240731"));
}

TEST(Recurrence, SpansTheYears1To9999) {
  EXPECT_THAT(locals(series("00010101", {"FREQ=YEARLY;COUNT=2"})),
              ElementsAre("00010101", "00020101"));
  EXPECT_THAT(locals(series("99981231T235959", {"FREQ=YEARLY"})),
              ElementsAre("99981231T235959", "99991231T235959"));
  EXPECT_THAT(locals(series("99991230T120000", {"FREQ=DAILY"}, "Pacific/Kiritimati")), SizeIs(2));
  EXPECT_THAT(locals(series("00010101T000000", {"FREQ=SECONDLY"}, "Asia/Tokyo"), 3), SizeIs(3));
  EXPECT_THAT(locals(series("99991231T235957", {"FREQ=SECONDLY"}, "America/Adak")), SizeIs(3));
}

TEST(Recurrence, CountsPositionsFromTheEnd) {
  EXPECT_THAT(locals(series("20240131", {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"})),
              ElementsAre("20240131", "20240229", "20240329"));
  // The last of a week that began before DTSTART.
  EXPECT_THAT(locals(series("20240104T100000",
                            {"FREQ=WEEKLY;BYDAY=MO,TH,FR;BYHOUR=10,12;BYSETPOS=1,-1;COUNT=3"})),
              ElementsAre("20240105T120000", "20240108T100000", "20240112T120000"));
}

TEST(Recurrence, KnowsWhichYearsHaveAWeek53) {
  EXPECT_THAT(locals(series("20000101", {"FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3"})),
              ElementsAre("20041227", "20091228", "20151228"));
  // 2021-01-01 is in the last week of 2020, which is the 53rd.
  EXPECT_THAT(locals(series("20201231", {"FREQ=DAILY;BYWEEKNO=-1;COUNT=4"})),
              ElementsAre("20201231", "20210101", "20210102", "20210103"));
}

TEST(Recurrence, TakesTheWeekdayOfANumberedWeekFromItsStart) {
  EXPECT_THAT(locals(series("20240514", {"FREQ=YEARLY;BYWEEKNO=20;COUNT=2"})),
              ElementsAre("20240514", "20250513"));
}

TEST(Recurrence, ComparesUntilAsItIsWritten) {
  const auto count = [](const char* until) {
    return instants(series("20240101T230000", {std::string("FREQ=DAILY;UNTIL=") + until},
                           "America/New_York"))
        .size();
  };
  EXPECT_EQ(count("20240103"), 3U);
  EXPECT_EQ(count("20240103T225959"), 2U);
  EXPECT_EQ(count("20240103T230000"), 3U);
  EXPECT_EQ(count("20240104T035959Z"), 2U);
  EXPECT_EQ(count("20240104T040000Z"), 3U);
  EXPECT_EQ(locals(series("20240101", {"FREQ=DAILY;UNTIL=20240103T000000Z"})).size(), 3U);
}

TEST(Recurrence, LeavesAStartAsideThatItsRuleDoesNotGive) {
  EXPECT_THAT(locals(series("20240102T090000", {"FREQ=WEEKLY;BYDAY=MO;COUNT=2"})),
              ElementsAre("20240108T090000", "20240115T090000"));
}

TEST(Recurrence, BeginsAtTheStartWhereThereIsNoRule) {
  EXPECT_THAT(locals(series("20240102T090000", {"RDATE:20240105T100000Z"})),
              ElementsAre("20240102T090000", "20240105T100000"));
}

TEST(Recurrence, AddsDatesAndTakesExclusionsAway) {
  const Recurrence recurrence = series("20240101T090000",
                                       {"FREQ=DAILY;COUNT=4",
                                        "RDATE;VALUE=PERIOD:20240102T080000Z/PT30M,"
                                        "20240110T120000Z/20240110T130000Z",
                                        "EXDATE;TZID=Europe/Berlin:20240103T090000"},
                                       "Europe/Berlin");
  const RecurrenceSet set(recurrence);
  const auto found = set.between(base::UtcSeconds::min(), base::UtcSeconds::max(), 10);
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_EQ(found[0].duration(), std::nullopt);
  // A period at the time of an occurrence gives it its own length.
  EXPECT_EQ(found[1].utc, instant("20240102T080000Z"));
  EXPECT_EQ(found[1].duration(), std::chrono::minutes(30));
  EXPECT_EQ(found[2].local, at("20240104T090000"));
  EXPECT_EQ(found[3].duration(), std::chrono::hours(1));
}

TEST(Recurrence, ExcludesAWholeDayByItsDate) {
  EXPECT_THAT(
      locals(series("20240101T090000",
                    {"FREQ=HOURLY;INTERVAL=12;COUNT=6", "EXDATE;VALUE=DATE:20240102"})),
      ElementsAre("20240101T090000", "20240101T210000", "20240103T090000", "20240103T210000"));
}

TEST(Recurrence, AppliesExclusionRules) {
  EXPECT_THAT(
      locals(
          series("20240101T090000", {"FREQ=DAILY;COUNT=7", "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU,WE"})),
      ElementsAre("20240101T090000", "20240102T090000", "20240104T090000", "20240105T090000"));
}

TEST(Recurrence, KeepsWholeDaysInTheZoneOfTheReader) {
  EXPECT_THAT(instants(series("20240330", {"FREQ=DAILY;COUNT=3;BYHOUR=5"}, "Europe/Berlin")),
              ElementsAre("20240329T230000Z", "20240330T230000Z", "20240331T220000Z"));
}

TEST(Recurrence, FindsAWindowFarFromTheStart) {
  EXPECT_THAT(instantsBetween(series("19700101T090000", {"FREQ=DAILY;INTERVAL=3"}, "Europe/Berlin"),
                              "20240601T000000Z", "20240607T000000Z"),
              ElementsAre("20240601T070000Z", "20240604T070000Z"));
  EXPECT_THAT(instantsBetween(series("19700101T000000", {"FREQ=SECONDLY;INTERVAL=3600"}),
                              "20240601T000000Z", "20240601T020000Z"),
              ElementsAre("20240601T000000Z", "20240601T010000Z"));
}

TEST(Recurrence, TellsFirstAndLast) {
  const RecurrenceSet set(
      series("20240101T090000", {"FREQ=WEEKLY;UNTIL=20400101T000000Z", "EXDATE:20391226T090000Z"}));
  EXPECT_EQ(set.first()->utc, instant("20240101T090000Z"));
  EXPECT_EQ(set.last()->utc, instant("20391219T090000Z"));
  EXPECT_FALSE(RecurrenceSet(series("20240101", {"FREQ=DAILY"})).last());
  EXPECT_TRUE(RecurrenceSet(series("20240101", {"FREQ=DAILY"})).endless());
}

TEST(Recurrence, IsEmptyWithoutALoopWhereNoDayMatches) {
  for (const char* rule :
       {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=WEEKLY;BYMONTH=4;BYYEARDAY=1", "FREQ=MONTHLY;BYSETPOS=2"}) {
    const RecurrenceSet set(series("20240101T090000", {rule}));
    EXPECT_EQ(set.visit(base::UtcSeconds::min(), base::UtcSeconds::max(),
                        [](std::span<const Occurrence>) { return true; }),
              RecurrenceSet::Outcome::kComplete)
        << rule;
    EXPECT_FALSE(set.first()) << rule;
    EXPECT_FALSE(set.resolve().first) << rule;
  }
}

TEST(Recurrence, GivesUpOnRulesThatNeverComeAround) {
  for (const char* rule :
       {"FREQ=HOURLY;INTERVAL=24;BYHOUR=10", "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30;COUNT=5",
        "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=3;UNTIL=99990101"}) {
    const RecurrenceSet set(series("20240101T090000", {rule}));
    EXPECT_EQ(set.visit(base::UtcSeconds::min(), base::UtcSeconds::max(),
                        [](std::span<const Occurrence>) { return true; }),
              RecurrenceSet::Outcome::kGaveUp)
        << rule;
    EXPECT_TRUE(set.resolve().gaveUp) << rule;
  }
}

TEST(Recurrence, GivesUpWhereEverythingIsExcluded) {
  const RecurrenceSet set(series("20240101T090000", {"FREQ=SECONDLY", "EXRULE:FREQ=SECONDLY"}));
  EXPECT_EQ(set.visit(base::UtcSeconds::min(), base::UtcSeconds::max(),
                      [](std::span<const Occurrence>) { return true; }),
            RecurrenceSet::Outcome::kGaveUp);
}

TEST(Recurrence, StopsWhenTheVisitorHasEnough) {
  const RecurrenceSet set(series("20240101T090000", {"FREQ=SECONDLY"}));
  std::size_t calls = 0;
  EXPECT_EQ(set.visit(base::UtcSeconds::min(), base::UtcSeconds::max(),
                      [&calls](std::span<const Occurrence>) { return ++calls < 3; }),
            RecurrenceSet::Outcome::kStopped);
  EXPECT_EQ(calls, 3U);
}

TEST(ResolvedRecurrence, SurvivesItsText) {
  const Recurrence recurrence = series(
      "20240101T090000",
      {"FREQ=DAILY;COUNT=100000", "FREQ=MONTHLY;UNTIL=20250101", "EXRULE:FREQ=YEARLY;COUNT=3"},
      "Europe/Berlin");
  const ResolvedRecurrence resolved = RecurrenceSet(recurrence).resolve();
  EXPECT_EQ(resolved.first, instant("20240102T080000Z"));  // 1 January is excluded each year
  EXPECT_LE(resolved.rules.at(0).checkpoints.size(), kMaxCheckpoints);
  EXPECT_GE(resolved.rules.at(0).checkpoints.size(), kMaxCheckpoints / 2);
  const std::string text = encodeResolved(resolved);
  EXPECT_LT(text.size(), 700U);
  const auto again = decodeResolved(text);
  ASSERT_TRUE(again) << text;
  EXPECT_EQ(*again, resolved);
  for (const char* broken :
       {"", "2;;none;none", "1;x;none;none", "1;;zz;none", "1;;0;0;5,1", "1;;0;0;5,-1@5"}) {
    EXPECT_FALSE(decodeResolved(broken)) << broken;
  }
}

TEST(ResolvedRecurrence, ShortensCounting) {
  const Recurrence recurrence =
      series("20000101T090000", {"FREQ=DAILY;COUNT=9000"}, "Europe/Berlin");
  const ResolvedRecurrence resolved = RecurrenceSet(recurrence).resolve();
  const RecurrenceRule& rule = recurrence.rules.front();
  for (const char* time : {"19990101T000000Z", "20000101T080000Z", "20000101T080001Z",
                           "20100615T000000Z", "20240810T000000Z", "20990101T000000Z"}) {
    EXPECT_EQ(countBefore(recurrence, rule, instant(time), &resolved.rules.front()),
              countBefore(recurrence, rule, instant(time), nullptr))
        << time;
  }
  EXPECT_EQ(countBefore(recurrence, rule, instant("20000103T080000Z"), nullptr), 2U);
}

}  // namespace
}  // namespace sw::calendar
