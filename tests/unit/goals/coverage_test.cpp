#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>

#include "goals/forecast.h"
#include "goals/pace.h"

namespace sw::goals {
namespace {

using Random = std::mt19937;
using Work = std::function<double(Random&)>;  // what one day brings

/// How often the prediction interval held the day on which the target was really reached.
struct Coverage {
  int held = 0;
  int early = 0;  // it was reached before the interval
  int late = 0;
  [[nodiscard]] int all() const { return held + early + late; }
  [[nodiscard]] double share(int count) const { return static_cast<double>(count) / all(); }
};

constexpr int kLives = 2000;
constexpr int kMostDays = 20'000;

/// Lives of goals: four weeks are looked at, the target lies `expectedDays` of mean work ahead.
Coverage simulate(const Work& work, double mean, double expectedDays, unsigned seed) {
  Random random(seed);
  Coverage coverage;
  for (int life = 0; life < kLives; ++life) {
    std::vector<double> daily;
    double value = 0;
    for (std::size_t day = 0; day < kPaceDays; ++day) daily.push_back(value += work(random));
    const double remaining = mean * expectedDays;
    const auto pace = paceOf(daily, 0);
    const auto forecast = forecastOf(*pace, remaining);
    if (!forecast) continue;  // four weeks without a step forward: nothing is foretold
    double ahead = 0;
    int days = 0;
    for (; ahead < remaining - 1e-9 && days < kMostDays; ++days) ahead += work(random);
    if (days < std::ceil(forecast->earliest - 1e-9)) {
      ++coverage.early;
    } else if (forecast->latest && days > std::ceil(*forecast->latest - 1e-9)) {
      ++coverage.late;
    } else {
      ++coverage.held;
    }
  }
  return coverage;
}

struct Case {
  std::string name;
  Work work;
  double mean;
  double expectedDays;
};

class CoverageTest : public ::testing::TestWithParam<Case> {};

/// The interval is meant to hold 80 % of the outcomes. Days are whole, which makes it a little
/// wider, most of all where few of them remain.
TEST_P(CoverageTest, TheIntervalHoldsWhatItPromises) {
  constexpr unsigned kSeed = 20260105;
  const Coverage coverage =
      simulate(GetParam().work, GetParam().mean, GetParam().expectedDays, kSeed);
  ASSERT_GT(coverage.all(), kLives * 9 / 10);
  EXPECT_GE(coverage.share(coverage.held), kForecastLevel - 0.025);
  EXPECT_LE(coverage.share(coverage.held), kForecastLevel + 0.10);
  EXPECT_LE(coverage.share(coverage.early), 0.16);
  EXPECT_LE(coverage.share(coverage.late), 0.13);
}

INSTANTIATE_TEST_SUITE_P(
    Lives, CoverageTest,
    ::testing::Values(
        Case{"SteadyWork", [](Random& r) { return std::normal_distribution(2.0, 1.5)(r); }, 2, 30},
        Case{"SteadyWorkNearTheEnd",
             [](Random& r) { return std::normal_distribution(2.0, 1.5)(r); }, 2, 5},
        Case{"SteadyWorkFarFromTheEnd",
             [](Random& r) { return std::normal_distribution(2.0, 1.5)(r); }, 2, 90},
        Case{"EverySecondDay",
             [](Random& r) { return std::bernoulli_distribution(0.5)(r) ? 1 : 0; }, 0.5, 30},
        Case{"OnceAWeek", [](Random& r) { return std::bernoulli_distribution(1.0 / 7)(r) ? 5 : 0; },
             5.0 / 7, 30},
        Case{"UnevenAmounts", [](Random& r) { return std::exponential_distribution(1.0)(r); }, 1,
             30},
        Case{"ForwardAndBack", [](Random& r) { return std::normal_distribution(1.0, 3.0)(r); }, 1,
             30}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace sw::goals
