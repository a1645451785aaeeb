#include <cmath>

#include "habits/habit_stats.h"
#include "unit/habits/habit_world.h"

namespace sw::habits {
namespace {

using std::chrono::days;
using std::chrono::hours;

/// People who fly, and zones that leave out a day.
class TravelTest : public HabitWorld {
 protected:
  HabitStats stats() {
    const OpenHabit habit = load();
    std::vector<HabitEntry> ascending;
    for (const auto& [date, entry] : entries()) ascending.push_back(entry);
    const LocalDate today = progress().today;
    return statsOf(habit, ascending, today - days(30), today, today);
  }
  HabitRecord stored() { return (*base::runBlocking(store_.find(userId_, id_)))->record; }
  void doAt(const std::string& local) {
    at(local);
    ASSERT_TRUE(complete().ok());
  }
};

TEST_F(TravelTest, AStreakStandsOnTheDayAfterTheOneThatApiaLeftOut) {
  liveIn("Pacific/Apia");
  at("2011-12-28T12:00");
  create(R"({"name":"Walk"})");
  doAt("2011-12-28T12:00");
  doAt("2011-12-29T12:00");
  EXPECT_EQ(progress().nextDue, day("2011-12-31"));
  EXPECT_EQ(progress().streakSafeThrough, day("2011-12-31"));
  EXPECT_EQ(stored().streakUntil, base::Instant(accounts::endOf(day("2011-12-31"), load().day)));
  at("2011-12-31T09:00");
  EXPECT_EQ(progress().current.count, 2) << "the day is not over, and no other one was missed";
  EXPECT_TRUE(progress().due);
  at("2012-01-01T00:00");
  EXPECT_EQ(progress().current.count, 0);
}

TEST_F(TravelTest, ADayToldLaterDoesNotMissTheOneThatApiaLeftOut) {
  liveIn("Pacific/Apia");
  at("2011-12-28T12:00");
  create(R"({"name":"Walk"})");
  doAt("2011-12-28T12:00");
  doAt("2011-12-29T12:00");
  doAt("2012-01-01T12:00");
  EXPECT_EQ(progress().current.count, 1);
  ASSERT_TRUE(completeOn("2011-12-31").ok());
  EXPECT_EQ(progress().current.count, 4);
  for (const HeatDate& date : stats().heatMap) EXPECT_EQ(date.status, HeatDate::Status::kDone);
  EXPECT_EQ(stats().all.expected, 4);
  EXPECT_NEAR(stats().strength, 1 - std::pow(strengthMultiplier(1), 4), 1e-12);
}

TEST_F(TravelTest, ADayToldAgainElsewhereDoesNotMissTheOneThatApiaLeftOut) {
  liveIn("Pacific/Apia");
  at("2011-12-29T12:00");
  create(R"({"name":"Drink","goal":{"amount":2,"unit":"litres"}})");
  const Completion much{.date = std::nullopt, .amount = 2.0, .note = std::nullopt};
  ASSERT_TRUE(complete(much).ok());
  at("2011-12-31T12:00");
  ASSERT_TRUE(complete(much).ok());
  const double before = progress().strength;
  liveIn("UTC");
  at("2011-12-31T20:00");
  ASSERT_TRUE(complete(much).ok());
  EXPECT_EQ(progress().current.count, 2);
  EXPECT_DOUBLE_EQ(progress().strength, before);
  std::vector<HabitEntry> ascending;
  for (const auto& [date, entry] : entries()) ascending.push_back(entry);
  const OpenHabit habit = load();
  EXPECT_EQ(encodeTally(habit.state.settled),
            encodeTally(HabitState::counted(habit.habit.content, ascending).settled));
}

TEST_F(TravelTest, AWeekWithADayThatApiaLeftOutIsKept) {
  liveIn("Pacific/Apia");
  at("2011-12-26T12:00");  // a Monday
  create(R"({"name":"Walk","frequency":{"type":"weekly","days":["MO","FR"]}})");
  doAt("2011-12-26T12:00");
  doAt("2012-01-02T12:00");
  doAt("2012-01-06T12:00");
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(TravelTest, ASkipOnArrivalKeepsTheStreakOfAFlightToTheWest) {
  liveIn("Pacific/Honolulu");
  at("2026-05-09T20:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  liveIn("Pacific/Auckland");
  at("2026-05-11T18:00");  // the 10th, 20:00, in Honolulu
  ASSERT_TRUE(skip().ok());
  EXPECT_EQ(entries().rbegin()->second.flownOver, 1);
  EXPECT_EQ(progress().current.count, 1);
  doAt("2026-05-12T18:00");
  EXPECT_EQ(progress().current.count, 2);
}

TEST_F(TravelTest, ADateThatWasFlownOverIsNotShownAsMissed) {
  liveIn("Pacific/Honolulu");
  at("2026-05-09T20:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  liveIn("Pacific/Auckland");
  doAt("2026-05-11T18:00");
  EXPECT_EQ(stats().heatMap.size(), 2U);
  EXPECT_EQ(stats().all.expected, 2);
}

TEST_F(TravelTest, AFlightToTheEastLeavesTheDateThatComesTwiceDone) {
  liveIn("Pacific/Auckland");
  at("2026-05-10T08:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  liveIn("Pacific/Honolulu");
  at("2026-05-09T22:00");  // after landing it is the day before
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_FALSE(complete({.date = day("2026-05-10"), .amount = {}, .note = {}}).ok());
  doAt("2026-05-09T23:00");  // the 9th has not been done, and may be
  EXPECT_EQ(progress().current.count, 2);
  doAt("2026-05-11T20:00");
  EXPECT_EQ(progress().current.count, 3);
}

TEST_F(TravelTest, TheStoredEndOfAStreakIsTheLaterOneOfBothZones) {
  liveIn("Pacific/Honolulu");
  at("2026-05-09T20:00");
  create(R"({"name":"Walk"})");
  ASSERT_TRUE(complete().ok());
  liveIn("Pacific/Auckland");
  at("2026-05-11T18:00");
  change(R"({"name":"Long walk"})");
  const HabitRecord record = stored();
  const base::Zone honolulu = *base::Zone::find("Pacific/Honolulu");
  EXPECT_EQ(record.streakDays, 1);
  EXPECT_EQ(record.streakUntil,
            base::Instant(accounts::endOf(*progress().streakSafeThrough, {honolulu, {}})));
}

TEST_F(TravelTest, AHabitWithAZoneOfItsOwnIsFoundDueFromTwoDatesBehind) {
  liveIn("Pacific/Kiritimati");
  at("2026-05-11T00:30");  // in Pago Pago it is the 9th, 23:30
  create(R"({"name":"Call","timeZone":"Pacific/Kiritimati"})");
  liveIn("Pacific/Pago_Pago");
  const LocalDate ownersToday = accounts::localDateOf(
      clock_.now(), {*base::Zone::find("Pacific/Pago_Pago"), std::chrono::minutes(0)});
  EXPECT_EQ(ownersToday, day("2026-05-09"));
  const auto due = base::runBlocking(store_.due(userId_, ownersToday, {}, 10));
  ASSERT_EQ(due->size(), 1U);
  EXPECT_TRUE(progress().due);
}

}  // namespace
}  // namespace sw::habits
