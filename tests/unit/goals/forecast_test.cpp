#include "goals/forecast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "goals/student_t.h"

// The numbers come from forecast_vectors.py, which takes another way to them.

namespace sw::goals {
namespace {

std::vector<double> seriesOf(const std::vector<double>& steps) {
  std::vector<double> daily;
  double value = 0;
  for (const double step : steps) daily.push_back(value += step);
  return daily;
}
Pace paceOfSteps(const std::vector<double>& steps) { return *paceOf(seriesOf(steps), 0); }

TEST(StudentTTest, GivesTheQuantilesOfTheTables) {
  EXPECT_NEAR(studentQuantile(0.9, 1), std::tan(std::numbers::pi * 0.4), 1e-9);
  EXPECT_NEAR(studentQuantile(0.9, 2), 0.8 * std::sqrt(2 / 0.36), 1e-9);
  EXPECT_NEAR(studentQuantile(0.9, 3), 1.6377443537, 1e-8);
  EXPECT_NEAR(studentQuantile(0.9, 10), 1.3721836411, 1e-8);
  EXPECT_NEAR(studentQuantile(0.9, 27), 1.3137029128, 1e-8);
  EXPECT_NEAR(studentQuantile(0.975, 4), 2.7764451052, 1e-8);
  EXPECT_NEAR(studentQuantile(0.6, 8), 0.2619210967, 1e-8);
}

TEST(StudentTTest, IsSymmetricAndUndoesItself) {
  for (const double degrees : {1.0, 2.0, 7.0, 40.0, 1000.0}) {
    EXPECT_DOUBLE_EQ(studentCdf(0, degrees), 0.5);
    for (const double p : {0.01, 0.2, 0.7, 0.995}) {
      EXPECT_NEAR(studentCdf(studentQuantile(p, degrees), degrees), p, 1e-10);
      EXPECT_NEAR(studentQuantile(p, degrees), -studentQuantile(1 - p, degrees), 1e-8);
    }
  }
}

struct Vector {
  std::vector<double> steps;
  double remaining;
  double days;
  double earliest;
  double latest;  // negative: never
  double low;     // after ten days
  double high;
};

TEST(ForecastTest, HoldsAgainstNumbersFoundAnotherWay) {
  const Vector vectors[] = {
      {{1, 2, 3, 2, 2, 1, 3}, 40, 20, 15.78647692, 26.65362347, 14.20679853, 25.79320147},
      {{0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 4},
       30,
       30,
       14.96336848,
       143.88640520,
       -1.05515919,
       21.05515919},
      {{2, 2.5, 1.5, 2, 2}, 10, 5, 4.24116625, 5.98249999, 17.03095882, 22.96904118},
      {{3, 1, 2, 2}, 20, 10, 7.04952357, 15.97015846, 12.08894319, 27.91105681},
      {{5, -1, 0, 4, -3, 6, 1}, 50, 29.16666667, 12.52517379, -1, -6.64255142, 40.92826570},
  };
  for (const Vector& vector : vectors) {
    const Pace pace = paceOfSteps(vector.steps);
    const auto forecast = forecastOf(pace, vector.remaining);
    ASSERT_TRUE(forecast.has_value());
    EXPECT_TRUE(forecast->hasInterval);
    EXPECT_NEAR(forecast->days, vector.days, 1e-7);
    EXPECT_NEAR(forecast->earliest, vector.earliest, 1e-6);
    ASSERT_EQ(forecast->latest.has_value(), vector.latest >= 0);
    if (forecast->latest) {
      EXPECT_NEAR(*forecast->latest, vector.latest, 1e-5);
    }
    const GrowthBand band = growthAfter(pace, 10);
    EXPECT_NEAR(band.low, vector.low, 1e-6);
    EXPECT_NEAR(band.expected, 10 * pace.perDay, 1e-9);
    EXPECT_NEAR(band.high, vector.high, 1e-6);
  }
}

TEST(ForecastTest, EndsOfTheIntervalAreWhereTheBandReachesTheTarget) {
  const Pace pace = paceOfSteps({4, 0, 3, 3, 1, 5, 2, 2});
  for (const double level : {0.5, 0.8, 0.95}) {
    const auto forecast = forecastOf(pace, 77, level);
    ASSERT_TRUE(forecast && forecast->latest);
    EXPECT_LT(forecast->earliest, forecast->days);
    EXPECT_GT(*forecast->latest, forecast->days);
    EXPECT_NEAR(growthAfter(pace, forecast->earliest, level).high, 77, 1e-6);
    EXPECT_NEAR(growthAfter(pace, *forecast->latest, level).low, 77, 1e-6);
  }
}

TEST(ForecastTest, IsExactWhenEveryDayWasTheSame) {
  const auto forecast = forecastOf(paceOfSteps({2, 2, 2}), 9);
  ASSERT_TRUE(forecast && forecast->latest);
  EXPECT_DOUBLE_EQ(forecast->earliest, 4.5);
  EXPECT_DOUBLE_EQ(forecast->days, 4.5);
  EXPECT_DOUBLE_EQ(*forecast->latest, 4.5);
}

TEST(ForecastTest, HasNoIntervalAfterASingleDay) {
  const auto forecast = forecastOf(paceOfSteps({5}), 20);
  ASSERT_TRUE(forecast.has_value());
  EXPECT_DOUBLE_EQ(forecast->days, 4);
  EXPECT_FALSE(forecast->hasInterval);
}

TEST(ForecastTest, IsNowWhenNothingRemains) {
  const auto forecast = forecastOf(paceOfSteps({0, 0}), 0);
  ASSERT_TRUE(forecast.has_value());
  EXPECT_EQ(forecast->days, 0);
  EXPECT_EQ(forecast->latest, 0);
}

TEST(ForecastTest, IsNothingWhenTheNumberStandsOrFalls) {
  EXPECT_FALSE(forecastOf(paceOfSteps({0, 0, 0}), 5).has_value());
  EXPECT_FALSE(forecastOf(paceOfSteps({1, -3, 1}), 5).has_value());
}

TEST(PaceTest, IsTheMeanAndSampleDeviationOfTheDays) {
  const Pace pace = paceOfSteps({1, 2, 3, 2, 2, 1, 3});
  EXPECT_DOUBLE_EQ(pace.perDay, 2);
  EXPECT_NEAR(pace.deviation, 0.8164965809, 1e-9);
  EXPECT_EQ(pace.days, 7U);
  EXPECT_FALSE(paceOf({}, 0).has_value());
}

TEST(PaceTest, ForgetsWhatIsOlderThanFourWeeksOfWork) {
  std::vector<double> steps(40, 100);
  steps.insert(steps.end(), 28, 1);
  const Pace pace = paceOfSteps(steps);
  EXPECT_EQ(pace.days, kPaceDays);
  EXPECT_DOUBLE_EQ(pace.perDay, 1);
}

TEST(PaceTest, LooksBackFurtherWhenTheNumberSeldomChanges) {
  std::vector<double> steps(180, 0);
  for (std::size_t day = 0; day < steps.size(); day += 30) steps[day] = 30;
  // The fifth change from the end was on day 30, so that day is the first of the pace.
  const Pace pace = paceOfSteps(steps);
  EXPECT_EQ(pace.days, 150U);
  EXPECT_DOUBLE_EQ(pace.perDay, 1);
}

}  // namespace
}  // namespace sw::goals
