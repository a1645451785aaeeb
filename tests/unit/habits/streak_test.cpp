#include "habits/frequency_json.h"
#include "unit/habits/habit_world.h"

namespace sw::habits {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class StreakTest : public HabitWorld {};

TEST_F(StreakTest, IsNotLostBeforeTheDayHasEnded) {
  at("2026-03-01T10:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  at("2026-03-02T23:59");
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_TRUE(progress().due);
  EXPECT_EQ(progress().streakSafeThrough, day("2026-03-02"));
  at("2026-03-03T00:00");
  EXPECT_EQ(progress().current.count, 0);
  EXPECT_EQ(progress().longest.count, 1);
}

TEST_F(StreakTest, FollowsADayBoundaryAtFour) {
  liveIn("Europe/Berlin", hours(4));
  at("2026-03-01T10:00");
  create(R"({"name":"Read"})");
  ASSERT_TRUE(complete().ok());
  at("2026-03-03T03:59");  // still the night of the 2nd
  EXPECT_EQ(progress().today, day("2026-03-02"));
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
  at("2026-03-03T04:00");
  EXPECT_EQ(progress().today, day("2026-03-03"));
}

TEST_F(StreakTest, CountsTheDaysOnWhichClocksChange) {
  liveIn("Europe/Berlin");
  for (const auto* first : {"2026-03-27T23:30", "2026-10-23T23:30"}) {
    at(first);
    create(R"({"name":"Walk"})");
    for (int i = 1; i <= 5; ++i) {
      ASSERT_TRUE(complete().ok());
      EXPECT_EQ(progress().current.count, i);
      at(dateText(progress().today + days(1)) + "T23:30");
    }
  }
}

TEST_F(StreakTest, BeginsTheDayWhereTheBoundaryIsSkippedByTheClock) {
  liveIn("Europe/Berlin", std::chrono::minutes(150));  // 02:30, which 29 March does not have
  at("2026-03-29T01:59");
  EXPECT_EQ(accounts::localDateOf(clock_.now(), {*base::Zone::find("Europe/Berlin"), minutes(150)}),
            day("2026-03-28"));
  create(R"({"name":"Read"})");
  ASSERT_TRUE(complete().ok());
  at("2026-03-29T03:29");
  EXPECT_EQ(progress().today, day("2026-03-28"));
  at("2026-03-29T03:30");
  EXPECT_EQ(progress().today, day("2026-03-29"));
  EXPECT_EQ(progress().current.count, 1);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(StreakTest, CountsADateOnceInTheHourThatComesTwice) {
  liveIn("Europe/Berlin");
  at("2026-10-25T02:30");
  create(R"({"name":"Read"})");
  ASSERT_TRUE(complete().ok());
  clock_.advance(hours(1));  // 02:30 again
  const auto again = complete();
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(progress().completions, 1);
}

TEST_F(StreakTest, CountsEveryLeapDayOfAYearlyRule) {
  at("2024-02-29T12:00");
  create(R"({"name":"Leap","frequency":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"})");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().nextDue, day("2028-02-29"));
  at("2028-02-28T23:00");
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_EQ(progress().streakSafeThrough, day("2028-02-29"));
  at("2028-02-29T12:00");
  EXPECT_TRUE(progress().due);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
  EXPECT_EQ(progress().unit, StreakUnit::kOccasions);
  EXPECT_EQ(progress().nextDue, day("2032-02-29"));
  at("2032-03-01T00:00");
  EXPECT_EQ(progress().current.count, 0);
}

TEST_F(StreakTest, IsNotLostBeforeTheWeekHasEndedWhereTheOwnerIs) {
  liveIn("America/Los_Angeles");
  at("2026-01-05T12:00");  // a Monday
  create(R"({"name":"Run","frequency":{"type":"times","times":2,"period":"week"}})");
  ASSERT_TRUE(complete().ok());
  at("2026-01-06T12:00");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_EQ(progress().streakSafeThrough, day("2026-01-18"));
  at("2026-01-18T23:59");  // UTC is in the next week already
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_TRUE(progress().due);
  at("2026-01-19T00:00");
  EXPECT_EQ(progress().current.count, 0);
  EXPECT_EQ(progress().longest.count, 1);
}

TEST_F(StreakTest, JudgesOldPeriodsByTheRuleOfTheirTime) {
  at("2026-01-05T12:00");  // a Monday
  create(R"({"name":"Run","frequency":{"type":"times","times":1,"period":"week"}})");
  for (const auto* date : {"2026-01-06", "2026-01-14", "2026-01-22"}) {
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  at("2026-01-26T12:00");  // the fourth week begins, and asks for three from now on
  change(R"({"name":"Run","frequency":{"type":"times","times":3,"period":"week"}})");
  EXPECT_EQ(progress().current.count, 3) << "once a week was enough in those weeks";
  for (const auto* date : {"2026-01-26", "2026-01-27", "2026-01-28"}) {
    ASSERT_EQ(progress().current.count, 3);
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 4);
  ASSERT_TRUE(undo(day("2026-01-14")).ok());
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(StreakTest, JudgesAPastStretchByARuleThatIsToldToHaveHeldThen) {
  at("2026-01-05T12:00");
  create(R"({"name":"Run"})");
  for (const auto* date : {"2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14"}) {
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 1);
  change(R"({"name":"Run","frequency":{"type":"weekly","days":["MO","WE","FR"]}})",
         day("2026-01-05"));
  EXPECT_EQ(progress().unit, StreakUnit::kWeeks);
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_EQ(progress().nextDue, day("2026-01-16"));
  at("2026-01-16T12:00");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(StreakTest, CountsTheLeapDay) {
  at("2028-02-27T12:00");
  create(R"({"name":"Walk"})");
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(complete().ok());
    clock_.advance(hours(24));
  }
  EXPECT_EQ(progress().lastCompleted, day("2028-03-01"));
  EXPECT_EQ(progress().current.count, 4);
}

TEST_F(StreakTest, SurvivesAFlightOverTheDateLineToTheWest) {
  liveIn("Pacific/Honolulu");
  at("2026-05-09T20:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  liveIn("Pacific/Auckland");  // where it is the 10th already; the flight takes it whole
  at("2026-05-11T18:00");      // the 10th, 20:00, in Honolulu
  EXPECT_EQ(progress().current.count, 1);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
  EXPECT_EQ(entries().rbegin()->second.flownOver, 1);
}

TEST_F(StreakTest, SurvivesAFlightOverTheDateLineToTheEast) {
  liveIn("Asia/Tokyo");
  at("2026-05-09T08:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  clock_.advance(hours(24));
  ASSERT_TRUE(complete().ok());
  liveIn("America/Los_Angeles");
  clock_.advance(hours(10));
  EXPECT_EQ(progress().today, day("2026-05-10"));
  EXPECT_EQ(progress().current.count, 2);
  EXPECT_TRUE(progress().done);
}

TEST_F(StreakTest, MissesNothingOnADayThatAZoneHasLeftOut) {
  liveIn("Pacific/Apia");
  at("2011-12-28T12:00");
  create(R"({"name":"Walk"})");
  for (const auto* date : {"2011-12-28", "2011-12-29", "2011-12-31"}) {
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 3);
}

TEST_F(StreakTest, CountsWeeksAcrossTheEndOfAYear) {
  at("2026-12-14T12:00");  // a Monday
  create(R"({"name":"Swim","frequency":{"type":"weekly","days":["MO","TH"]}})");
  for (const auto* date : {"2026-12-14", "2026-12-17", "2026-12-21", "2026-12-24", "2026-12-28",
                           "2026-12-31", "2027-01-04", "2027-01-07"}) {
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 4);
  EXPECT_EQ(progress().unit, StreakUnit::kWeeks);
  EXPECT_EQ(progress().nextDue, day("2027-01-11"));
}

TEST_F(StreakTest, BeginsWeeksWhereTheHabitSays) {
  at("2026-01-04T12:00");  // a Sunday
  create(
      R"({"name":"Run","frequency":{"type":"times","times":1,"period":"week","weekStart":"SU"}})");
  ASSERT_TRUE(complete().ok());
  at("2026-01-10T12:00");  // Saturday of the same week
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 1);
  at("2026-01-11T12:00");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(StreakTest, TakesTheLastDayWhereAMonthHasNo31st) {
  at("2026-01-31T12:00");
  create(
      R"({"name":"Rent","frequency":{"type":"monthly","monthDays":[31]},"startDate":"2026-01-01"})");
  for (const auto* date : {"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}) {
    at(std::string(date) + "T12:00");
    EXPECT_TRUE(progress().due) << date;
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 4);
  EXPECT_EQ(progress().unit, StreakUnit::kMonths);
  EXPECT_EQ(progress().nextDue, day("2026-05-31"));
}

TEST_F(StreakTest, CountsOccasionsOfARule) {
  at("2026-01-05T12:00");
  create(R"({"name":"Call","frequency":"FREQ=DAILY;INTERVAL=3"})");
  for (const auto* date : {"2026-01-05", "2026-01-08", "2026-01-11"}) {
    at(std::string(date) + "T12:00");
    ASSERT_TRUE(complete().ok());
  }
  EXPECT_EQ(progress().current.count, 3);
  EXPECT_EQ(progress().current.days, 7);
  EXPECT_EQ(progress().nextDue, day("2026-01-14"));
}

TEST_F(StreakTest, PassesOverSkipsFreezesAndPauses) {
  at("2026-03-01T12:00");
  create(R"({"name":"Walk","pauses":[{"from":"2026-03-04","until":"2026-03-10"}]})");
  ASSERT_TRUE(complete().ok());
  at("2026-03-02T12:00");
  ASSERT_TRUE(skip().ok());
  at("2026-03-04T12:00");
  ASSERT_TRUE(
      skip({.date = day("2026-03-03"), .status = HabitEntry::Status::kFrozen, .note = {}}).ok());
  EXPECT_EQ(progress().nextDue, day("2026-03-11"));
  at("2026-03-11T12:00");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
  EXPECT_EQ(progress().current.days, 2);
}

TEST_F(StreakTest, AddsAmountsUntilTheGoalIsReached) {
  at("2026-03-01T12:00");
  create(R"({"name":"Water","goal":{"amount":2,"unit":"litres"}})");
  for (int i = 0; i < 3; ++i) {
    const auto edit = complete({.date = std::nullopt, .amount = 0.5, .note = std::nullopt});
    ASSERT_TRUE(edit.ok());
    EXPECT_FALSE(edit->completed);
  }
  EXPECT_EQ(progress().current.count, 0);
  const auto last = complete({.date = std::nullopt, .amount = 0.5, .note = std::nullopt});
  ASSERT_TRUE(last.ok());
  EXPECT_TRUE(last->completed);
  EXPECT_EQ(progress().current.count, 1);
}

TEST_F(StreakTest, IsCreatedAndEditedInThePast) {
  at("2026-03-10T12:00");
  create(R"({"name":"Walk","startDate":"2026-03-05"})");
  for (const auto* date : {"2026-03-07", "2026-03-05", "2026-03-03", "2026-03-06", "2026-03-04",
                           "2026-03-09", "2026-03-08"}) {
    ASSERT_TRUE(completeOn(date).ok());
  }
  EXPECT_EQ(progress().current.count, 7);
  EXPECT_EQ(progress().current.since, day("2026-03-03"));
  const auto types = changeTypes();
  EXPECT_EQ(std::ranges::count(types, "habit.streak.updated"), 1);
  ASSERT_TRUE(undo(day("2026-03-06")).ok());
  EXPECT_EQ(progress().current.count, 3);
  EXPECT_FALSE(completeOn("2026-03-11").ok());
}

TEST_F(StreakTest, KeepsThePastOfATenYearOldHabitWhoseRuleChanged) {
  at("2016-01-04T12:00");  // a Monday
  create(R"({"name":"Walk"})");
  for (int i = 0; i < 5 * 364; ++i) {
    ASSERT_TRUE(complete().ok());
    clock_.advance(hours(24));
  }
  EXPECT_EQ(store_.historyReads(), 0) << "a completion of today reads no history";
  change(R"({"name":"Walk","frequency":{"type":"times","times":3,"period":"week"}})");
  EXPECT_EQ(progress().current.count, 5 * 52);
  EXPECT_EQ(progress().unit, StreakUnit::kWeeks);
  for (int week = 0; week < 5 * 52; ++week) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(complete().ok());
      clock_.advance(hours(48));
    }
    clock_.advance(hours(24));
  }
  EXPECT_EQ(progress().current.count, 10 * 52);
  EXPECT_EQ(progress().current.days, 10 * 364);
  EXPECT_GT(progress().strength, 0.99);
}

TEST_F(StreakTest, CountsTheWeekInWhichTheFrequencyChangesOnce) {
  at("2026-01-05T12:00");
  create(R"({"name":"Run","frequency":{"type":"times","times":1,"period":"week"}})");
  ASSERT_TRUE(complete().ok());
  at("2026-01-12T12:00");
  ASSERT_TRUE(complete().ok());
  at("2026-01-14T12:00");
  change(R"({"name":"Run","frequency":{"type":"times","times":2,"period":"week"}})");
  EXPECT_EQ(progress().current.count, 2);
  ASSERT_TRUE(complete().ok());
  at("2026-01-15T12:00");
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(StreakTest, CompletesADateOnlyOnce) {
  at("2026-03-01T12:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  const auto again = complete();
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(progress().completions, 1);
}

TEST(Milestones, AreSevenThirtyAHundredAndSoOn) {
  EXPECT_EQ(nextMilestone(0), 7);
  EXPECT_EQ(nextMilestone(7), 30);
  EXPECT_EQ(nextMilestone(1000), 1500);
  EXPECT_EQ(milestoneReached(6, 7), 7);
  EXPECT_EQ(milestoneReached(5, 101), 100);
  EXPECT_EQ(milestoneReached(7, 8), std::nullopt);
}

}  // namespace
}  // namespace sw::habits
