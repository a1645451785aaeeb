#pragma once

#include <optional>

#include "goals/pace.h"

namespace sw::goals {

/// In how many days from now a number will have grown by what remains.
struct Forecast {
  double days = 0;                 // expected; 0 when nothing remains
  bool hasInterval = false;        // a pace of one day says nothing of how sure it is
  double earliest = 0;             // lower end of the prediction interval
  std::optional<double> latest{};  // upper end; none: it may never be reached at this pace
};

/// The share of outcomes that the intervals are to hold.
inline constexpr double kForecastLevel = 0.8;

/// When a random walk with drift reaches `remaining` (at least 0), with a prediction interval. The
/// walk after h days lies within h·v ± t·s·sqrt(h(1 + h/n)), where v is the drift, s the standard
/// deviation of its n steps and t the quantile of Student's distribution with n - 1 degrees
/// (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.5, drift
/// method). The ends of the interval are where the two edges of that band reach `remaining`.
/// Nothing when something remains and the number does not grow.
std::optional<Forecast> forecastOf(const Pace& pace, double remaining,
                                   double level = kForecastLevel);

/// Where the number will lie after so many days: the edges of that band around the expected growth.
struct GrowthBand {
  double low = 0;
  double expected = 0;
  double high = 0;
};
GrowthBand growthAfter(const Pace& pace, double days, double level = kForecastLevel);

}  // namespace sw::goals
