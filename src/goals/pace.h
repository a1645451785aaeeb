#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace sw::goals {

/// How fast a number has grown, a day.
struct Pace {
  double perDay = 0;     // the mean daily growth; negative when it shrank
  double deviation = 0;  // sample standard deviation of the daily growth; 0 for a single day
  std::size_t days = 0;  // that it was taken from, at least 1
};

/// So many days are looked back at least, four whole weeks, so that a weekly rhythm evens out …
inline constexpr std::size_t kPaceDays = 28;
/// … and as many more as are needed to see so many days on which the number changed.
inline constexpr std::size_t kPaceChanges = 5;

/// The pace of the last days of a series of daily values: the drift of a random walk, which is the
/// mean of its steps (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed.,
/// section 5.2, "drift method"). `before` is the value before the first of `daily`, which ends
/// today. Nothing for an empty series.
std::optional<Pace> paceOf(const std::vector<double>& daily, double before);

}  // namespace sw::goals
