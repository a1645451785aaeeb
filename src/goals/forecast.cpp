#include "goals/forecast.h"

#include <cmath>

#include "goals/student_t.h"

namespace sw::goals {
namespace {

/// Half the width of the band after one day, without the drift's own uncertainty: t·s.
double spreadOf(const Pace& pace, double level) {
  if (pace.days < 2 || pace.deviation == 0) return 0;
  return studentQuantile((1 + level) / 2, static_cast<double>(pace.days) - 1) * pace.deviation;
}

}  // namespace

std::optional<Forecast> forecastOf(const Pace& pace, double remaining, double level) {
  Forecast forecast;
  forecast.hasInterval = pace.days >= 2;
  if (remaining <= 0) {
    forecast.latest = 0;
    return forecast;
  }
  if (pace.perDay <= 0) return std::nullopt;
  const double drift = pace.perDay;
  forecast.days = remaining / drift;
  forecast.earliest = forecast.days;
  if (!forecast.hasInterval) return forecast;
  // (h·v - R)² = c²(h + h²/n) as a·h² - b·h + R² = 0. Its smaller root is where the upper edge
  // reaches R, its larger one where the lower edge does; without one the lower edge never does.
  const double c = spreadOf(pace, level);
  const double a = drift * drift - c * c / static_cast<double>(pace.days);
  const double b = 2 * remaining * drift + c * c;
  const double root = std::sqrt(std::fmax(0, b * b - 4 * a * remaining * remaining));
  forecast.earliest = 2 * remaining * remaining / (b + root);
  if (a > 0) forecast.latest = (b + root) / (2 * a);
  return forecast;
}

GrowthBand growthAfter(const Pace& pace, double days, double level) {
  const double expected = pace.perDay * days;
  const double half =
      spreadOf(pace, level) * std::sqrt(days * (1 + days / static_cast<double>(pace.days)));
  return {expected - half, expected, expected + half};
}

}  // namespace sw::goals
