#include "goals/analytics.h"

#include "goal_world.h"

namespace sw::goals {
namespace {

using std::chrono::days;
using std::chrono::local_days;

/// A goal from 0 to 100 with a value a day from 1 March 2026 on.
struct Story {
  Goal goal;
  Curve curve;
  local_days today;

  Story(const std::vector<double>& daily, std::optional<std::string> target, double start = 0,
        double aim = 100) {
    goal.content.metric = Metric{start, aim, "km"};
    goal.content.startDate = day("2026-03-01");
    if (target) goal.content.targetDate = day(*target);
    curve = {goal.content.startDate, start, aim, daily};
    today = curve.first + days(static_cast<int>(daily.size()) - 1);
    goal.value = daily.back();
    goal.fraction = fractionOf(goal.value, start, aim);
  }
  [[nodiscard]] Analytics run() const { return analyze(goal, curve, today); }
};

TEST(AnalyticsTest, IsOnTrackWhenEvenTheLateEndIsInTime) {
  const Analytics result = Story({10, 20, 30, 40}, "2026-03-20").run();
  EXPECT_EQ(result.verdict, Verdict::kOnTrack);
  ASSERT_TRUE(result.completion.has_value());
  EXPECT_EQ(result.completion->day, day("2026-03-10"));
  EXPECT_EQ(result.completion->earliest, day("2026-03-10"));
  EXPECT_EQ(result.completion->latest, day("2026-03-10"));
  EXPECT_DOUBLE_EQ(result.pace->perDay, 10);
  EXPECT_DOUBLE_EQ(*result.remaining, 60);
  EXPECT_DOUBLE_EQ(*result.requiredPerDay, 60.0 / 16);
  EXPECT_EQ(result.explanation,
            "At the present pace of 10 a day it is reached on 2026-03-10, at the latest on "
            "2026-03-10, in time for 2026-03-20.");
}

TEST(AnalyticsTest, IsLikelyWhenOnlyTheExpectedEndIsInTime) {
  const Story story({3, 4, 6, 8}, "2026-04-25");
  const Analytics result = story.run();
  EXPECT_EQ(result.completion->day, story.today + days(46));
  EXPECT_GT(*result.completion->latest, *story.goal.content.targetDate);
  EXPECT_EQ(result.verdict, Verdict::kLikely);
}

TEST(AnalyticsTest, IsAtRiskWhenOnlyTheEarlyEndIsInTime) {
  const Analytics result = Story({3, 4, 6, 8}, "2026-04-15").run();
  EXPECT_LE(*result.completion->earliest, day("2026-04-15"));
  EXPECT_EQ(result.verdict, Verdict::kAtRisk);
}

TEST(AnalyticsTest, IsBehindWhenNoEndIsInTime) {
  const Analytics result = Story({1, 2, 3, 4}, "2026-03-10").run();
  EXPECT_EQ(result.verdict, Verdict::kBehind);
  EXPECT_EQ(result.explanation,
            "At the present pace of 1 a day it is reached on 2026-06-08; it takes 16 a day to be "
            "there on 2026-03-10.");
}

TEST(AnalyticsTest, IsBehindWithoutAForecastWhenTheNumberFalls) {
  const Analytics result = Story({30, 25, 20}, "2026-03-31", 35).run();
  EXPECT_FALSE(result.completion.has_value());
  EXPECT_EQ(result.verdict, Verdict::kBehind);
  EXPECT_LT(result.pace->perDay, 0);
}

TEST(AnalyticsTest, SaysOverdueDoneNoDateAndNoData) {
  EXPECT_EQ(Story({1, 2, 3, 4}, "2026-03-03").run().verdict, Verdict::kOverdue);
  EXPECT_FALSE(Story({1, 2, 3, 4}, "2026-03-03").run().requiredPerDay.has_value());
  EXPECT_EQ(Story({1, 2}, std::nullopt).run().verdict, Verdict::kNoTargetDate);
  EXPECT_EQ(Story({0, 0}, "2026-03-31").run().verdict, Verdict::kNoData);
  EXPECT_FALSE(Story({0, 0}, "2026-03-31").run().pace.has_value());
  Story done({50, 100}, "2026-03-31");
  done.goal.content.status = GoalStatus::kCompleted;
  EXPECT_EQ(done.run().verdict, Verdict::kDone);
  EXPECT_FALSE(done.run().completion.has_value());
}

TEST(AnalyticsTest, CountsTheTargetDayItselfAsADayThatIsLeft) {
  Goal goal;
  goal.content.targetDate = day("2026-03-10");
  EXPECT_EQ(daysLeft(goal, day("2026-03-01")), 9);
  EXPECT_EQ(daysLeft(goal, day("2026-03-09")), 1);
  EXPECT_EQ(daysLeft(goal, day("2026-03-10")), 1);
  EXPECT_EQ(daysLeft(goal, day("2026-03-11")), std::nullopt);
}

TEST(AnalyticsTest, MeasuresAFallTowardsALowerTargetAsProgress) {
  const Analytics result = Story({89, 88, 87, 86}, "2026-04-30", 90, 80).run();
  EXPECT_DOUBLE_EQ(result.pace->perDay, 1);
  EXPECT_DOUBLE_EQ(*result.remaining, 6);
  EXPECT_EQ(result.completion->day, day("2026-03-10"));
  EXPECT_EQ(result.verdict, Verdict::kOnTrack);
  const BurnUpPoint& last = result.series.back();
  ASSERT_TRUE(last.forecast.has_value());
  EXPECT_DOUBLE_EQ(last.forecast->expected, 80);
}

TEST(AnalyticsTest, DrawsActualIdealAndForecastAndMeetsThemToday) {
  const Story story({2, 4, 6, 8, 10}, "2026-03-31");
  const Analytics result = story.run();
  ASSERT_FALSE(result.series.empty());
  EXPECT_EQ(result.series.front().day, day("2026-03-01"));
  for (const BurnUpPoint& point : result.series) {
    EXPECT_EQ(point.actual.has_value(), point.day <= story.today);
    EXPECT_EQ(point.ideal.has_value(), point.day <= day("2026-03-31"));
    EXPECT_EQ(point.forecast.has_value(), point.day >= story.today);
    if (point.day == story.today) {
      EXPECT_DOUBLE_EQ(point.forecast->expected, *point.actual);
    }
    if (point.day == day("2026-03-31")) {
      EXPECT_DOUBLE_EQ(*point.ideal, 100);
    }
    if (point.forecast) {
      EXPECT_LE(point.forecast->low, point.forecast->expected);
      EXPECT_LE(point.forecast->expected, point.forecast->high);
      EXPECT_LE(point.forecast->high, 100);
    }
  }
  EXPECT_EQ(result.series.back().day, result.completion->day);
}

TEST(AnalyticsTest, KeepsALongSeriesShortAndHasTodayInIt) {
  std::vector<double> daily;
  for (int i = 0; i < 3650; ++i) daily.push_back(i * 0.01);
  const Story story(daily, "2040-01-01");
  const Analytics result = story.run();
  EXPECT_LE(result.series.size(), kMaxSeriesPoints);
  const auto has = [&](local_days wanted) {
    return std::ranges::find(result.series, wanted, &BurnUpPoint::day) != result.series.end();
  };
  EXPECT_TRUE(has(story.today));
  EXPECT_TRUE(std::ranges::is_sorted(result.series, std::ranges::less_equal{}, &BurnUpPoint::day));
}

/// A goal with a journal, for what the curve makes of days.
class CurveTest : public GoalWorld {
 protected:
  Curve curve(const Goal& goal, const std::string& zoneName, const std::string& today) {
    return curveOf(goal, *run(goals.journal(goal.id)), {}, zone(zoneName), day(today));
  }
};

TEST_F(CurveTest, BelongsToTheDayThatItWasForTheOwner) {
  Goal goal = create(R"({"title":"Run","startDate":"2026-03-01","metrics":{"target":100}})");
  // 23:30 on the 9th in Los Angeles is 07:30 on the 10th in Berlin.
  goal =
      record(goal, entry(goal, ProgressEntry::Kind::kAmount, 5, instant("2026-03-10T06:30:00Z")));
  const Curve west = curve(goal, "America/Los_Angeles", "2026-03-11");
  EXPECT_EQ(west.daily[8], 5);
  EXPECT_EQ(west.daily[7], 0);
  const Curve east = curve(goal, "Europe/Berlin", "2026-03-11");
  EXPECT_EQ(east.daily[8], 0);
  EXPECT_EQ(east.daily[9], 5);
}

TEST_F(CurveTest, HasOneValueADayOverTheDaysThatClocksChange) {
  Goal goal = create(R"({"title":"Run","startDate":"2026-03-27","metrics":{"target":100}})");
  for (const char* at : {"2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z",
                         "2026-03-29T22:00:00Z"}) {
    goal = record(goal, entry(goal, ProgressEntry::Kind::kAmount, 1, instant(at)));
  }
  const Curve berlin = curve(goal, "Europe/Berlin", "2026-03-31");
  EXPECT_EQ(berlin.daily, (std::vector<double>{0, 1, 3, 4, 4}));
}

TEST_F(CurveTest, CountsTheLeapDay) {
  Goal goal = create(R"({"title":"Run","startDate":"2028-02-27","metrics":{"target":4}})");
  for (const char* at : {"2028-02-28T12:00:00Z", "2028-02-29T12:00:00Z", "2028-03-01T12:00:00Z"}) {
    goal = record(goal, entry(goal, ProgressEntry::Kind::kAmount, 1, instant(at)));
  }
  const Curve leap = curve(goal, "UTC", "2028-03-01");
  EXPECT_EQ(leap.daily, (std::vector<double>{0, 1, 2, 3}));
}

TEST_F(CurveTest, BeginsWithWhatWasRecordedBeforeTheStart) {
  Goal goal = create(R"({"title":"Run","startDate":"2026-03-05","metrics":{"target":100}})");
  goal = record(goal, entry(goal, ProgressEntry::Kind::kValue, 3, instant("2026-03-02T12:00:00Z")));
  const Curve early = curve(goal, "UTC", "2026-03-06");
  EXPECT_EQ(early.first, day("2026-03-02"));
  EXPECT_EQ(early.daily.size(), 5U);
  EXPECT_EQ(early.daily.front(), 3);
}

TEST_F(CurveTest, EndsWithWhatTheGoalSays) {
  Goal goal = create(R"({"title":"Ship","milestones":[{"title":"a"},{"title":"b","weight":3}],)"
                     R"("startDate":"2026-01-01"})");
  auto unit = storage.begin();
  goal = run(editor.setMilestone(*unit, goal, goal.content.milestones[1].id,
                                 instant("2026-01-03T12:00:00Z"), context))
             ->goal;
  ASSERT_TRUE(run(unit->commit()).ok());
  const Curve parts = curve(goal, "UTC", "2026-01-05");
  EXPECT_EQ(parts.daily, (std::vector<double>{0, 0, 0.75, 0.75, 0.75}));
  EXPECT_EQ(parts.daily.back(), goal.fraction);
}

}  // namespace
}  // namespace sw::goals
