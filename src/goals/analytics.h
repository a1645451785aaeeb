#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "accounts/local_day.h"
#include "goals/forecast.h"
#include "goals/goal.h"
#include "goals/pace.h"
#include "goals/timeline.h"

namespace sw::goals {

/// How a goal stands against its target date.
enum class Verdict : std::uint8_t {
  kDone,
  kOnTrack,       // even the late end of the forecast is in time
  kLikely,        // the expected end is in time, the late one is not
  kAtRisk,        // only the early end of the forecast is in time
  kBehind,        // not even that
  kOverdue,       // the date has passed
  kNoTargetDate,  // there is nothing to be in time for
  kNoData,        // nothing recorded yet, or nothing to measure
};
inline constexpr std::array<std::string_view, 8> kVerdictNames = {
    "done", "onTrack", "likely", "atRisk", "behind", "overdue", "noTargetDate", "noData"};

/// A day of the burn-up chart.
struct BurnUpPoint {
  std::chrono::local_days day{};
  std::optional<double> actual;        // until today
  std::optional<double> ideal;         // the straight way from start to target date
  std::optional<GrowthBand> forecast;  // from today on, in the goal's own numbers
};

/// When a goal is expected to be reached.
struct Completion {
  std::chrono::local_days day{};
  std::optional<std::chrono::local_days> earliest;  // none: no interval can be told yet
  std::optional<std::chrono::local_days> latest;    // none: it may never be
};

struct Analytics {
  MeasuredBy measuredBy = MeasuredBy::kStatus;
  double fraction = 0;
  double value = 0;                      // in the unit of the metric, else a fraction
  std::optional<double> target;          // as `value`
  std::optional<double> remaining;       // at least 0
  std::optional<Pace> pace;              // towards the target: positive when it comes nearer
  std::optional<double> requiredPerDay;  // to be there on the target date
  std::optional<Completion> completion;
  Verdict verdict = Verdict::kNoData;
  std::string explanation;  // of the verdict, in words
  std::vector<BurnUpPoint> series;
};

/// At most so many points are in a series; longer ones have a point every few days.
inline constexpr std::size_t kMaxSeriesPoints = 400;
/// Forecasts reach no further than a hundred years.
inline constexpr std::chrono::days kForecastHorizon{36525};

/// Judges a goal by its curve. Pure; cost grows with the days of the curve.
Analytics analyze(const Goal& goal, const Curve& curve, std::chrono::local_days today);

/// Whole days from today until the target date's end that are still to be worked on: those after
/// today, or today itself when it is the last one. None when the date has passed.
std::optional<int> daysLeft(const Goal& goal, std::chrono::local_days today);

}  // namespace sw::goals
