#include "goals/analytics.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/time_format.h"

namespace sw::goals {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr double kRounding = 1e-9;

std::string text(local_days day) {
  std::string out;
  base::appendDate(out, day);
  return out;
}

std::string text(double number) {
  constexpr double kPrecision = 1000;  // thousandths are enough for people
  std::string out;
  base::json::Writer(out).number(std::round(number * kPrecision) / kPrecision);
  return out;
}

/// The first day on which something expected after so many days has happened.
std::optional<local_days> dayAfter(local_days today, double count) {
  const double whole = std::ceil(count - kRounding);
  if (!(whole <= static_cast<double>(kForecastHorizon.count()))) return std::nullopt;
  return today + days(static_cast<int>(std::max(0.0, whole)));
}

class Analyst {
 public:
  Analyst(const Goal& goal, const Curve& curve, local_days today)
      : goal_(goal), curve_(curve), today_(today) {
    up_ = !curve.target || *curve.target > curve.start ? 1 : -1;
  }

  Analytics run() {
    out_.measuredBy = measureOf(goal_);
    out_.fraction = goal_.fraction;
    out_.value = curve_.daily.back();
    out_.target = curve_.target;
    if (curve_.target) out_.remaining = std::max(0.0, up_ * (*curve_.target - out_.value));
    measurePace();
    foresee();
    judge();
    draw();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool done() const { return goal_.content.status == GoalStatus::kCompleted; }
  [[nodiscard]] bool recorded() const {
    return std::ranges::any_of(curve_.daily, [&](double v) { return v != curve_.start; });
  }

  void measurePace() {
    if (!recorded()) return;
    std::vector<double> towards(curve_.daily);
    for (double& value : towards) value *= up_;
    out_.pace = paceOf(towards, up_ * curve_.start);
  }

  void foresee() {
    const auto left = daysLeft(goal_, today_);
    if (out_.remaining && left && !done()) out_.requiredPerDay = *out_.remaining / *left;
    if (done() || !out_.pace || !out_.remaining) return;
    forecast_ = forecastOf(*out_.pace, *out_.remaining);
    if (!forecast_) return;
    const auto expected = dayAfter(today_, forecast_->days);
    if (!expected) {
      forecast_.reset();
      return;
    }
    out_.completion = Completion{*expected, std::nullopt, std::nullopt};
    if (!forecast_->hasInterval) return;
    out_.completion->earliest = dayAfter(today_, forecast_->earliest);
    if (forecast_->latest) out_.completion->latest = dayAfter(today_, *forecast_->latest);
  }

  void say(Verdict verdict, std::string why) {
    out_.verdict = verdict;
    out_.explanation = std::move(why);
  }

  void judge() {
    const auto& date = goal_.content.targetDate;
    if (done()) return say(Verdict::kDone, "The goal is reached.");
    if (date && *date < today_) {
      return say(Verdict::kOverdue, "The target date, " + text(*date) + ", has passed with " +
                                        text(goal_.fraction * 100) + " % of the way done.");
    }
    if (!curve_.target || !out_.pace) {
      return say(Verdict::kNoData,
                 curve_.target ? "Nothing has been recorded yet, so there is no pace to judge by."
                               : "There is no target to measure the progress against.");
    }
    if (!date) {
      return say(Verdict::kNoTargetDate,
                 out_.completion ? "There is no target date; at the present pace of " + paceText() +
                                       " it is reached on " + text(out_.completion->day) + "."
                                 : "There is no target date, and at the present pace "
                                   "of " +
                                       paceText() + " it is not reached.");
    }
    judgeBy(*date);
  }

  void judgeBy(local_days date) {
    const std::string needed =
        "it takes " + text(out_.requiredPerDay.value_or(0)) + " a day to be there on " + text(date);
    if (!out_.completion) {
      return say(Verdict::kBehind, "The present pace is " + paceText() + "; " + needed + ".");
    }
    const Completion& end = *out_.completion;
    const std::string expected =
        "At the present pace of " + paceText() + " it is reached on " + text(end.day);
    if (end.day <= date) {
      const bool sure = end.latest && *end.latest <= date;
      if (sure) {
        return say(Verdict::kOnTrack, expected + ", at the latest on " + text(*end.latest) +
                                          ", in time for " + text(date) + ".");
      }
      return say(Verdict::kLikely, expected + ", in time for " + text(date) +
                                       ", but the pace has varied too much to be sure of it.");
    }
    if (end.earliest && *end.earliest <= date) {
      return say(Verdict::kAtRisk,
                 expected + ", at the earliest on " + text(*end.earliest) + "; " + needed + ".");
    }
    say(Verdict::kBehind, expected + "; " + needed + ".");
  }

  [[nodiscard]] std::string paceText() const { return text(out_.pace->perDay) + " a day"; }

  void draw() {
    local_days last = today_;
    if (goal_.content.targetDate) last = std::max(last, *goal_.content.targetDate);
    if (out_.completion) {
      last = std::max(last, std::min(out_.completion->day, today_ + kDrawnAhead));
    }
    last = std::min(last, today_ + kForecastHorizon);
    const auto count = (last - curve_.first).count() + 1;
    const auto most = static_cast<std::int64_t>(kMaxSeriesPoints) - 2;
    const days step{static_cast<int>((count + most - 1) / most)};
    bool todayDrawn = false;
    for (local_days day = curve_.first; day <= last; day += step) {
      if (day > today_ && !todayDrawn) addPoint(today_);
      todayDrawn = todayDrawn || day >= today_;
      addPoint(day);
    }
    if (out_.series.back().day != last) addPoint(last);
  }

  void addPoint(local_days day) {
    BurnUpPoint point;
    point.day = day;
    if (day <= today_) {
      point.actual = curve_.daily[static_cast<std::size_t>((day - curve_.first).count())];
    }
    const GoalContent& content = goal_.content;
    if (curve_.target && content.targetDate && day >= content.startDate &&
        day <= *content.targetDate) {
      const double share =
          static_cast<double>((day - content.startDate).count() + 1) /
          static_cast<double>((*content.targetDate - content.startDate).count() + 1);
      point.ideal = curve_.start + (*curve_.target - curve_.start) * share;
    }
    if (day >= today_ && out_.pace && curve_.target && !done()) {
      const GrowthBand growth =
          growthAfter(*out_.pace, static_cast<double>((day - today_).count()));
      point.forecast =
          GrowthBand{reached(growth.low), reached(growth.expected), reached(growth.high)};
    }
    out_.series.push_back(point);
  }

  /// The number after so much growth, no further than the target.
  [[nodiscard]] double reached(double growth) const {
    return out_.value + up_ * std::min(growth, *out_.remaining);
  }

  static constexpr days kDrawnAhead{730};

  const Goal& goal_;
  const Curve& curve_;
  local_days today_;
  double up_ = 1;  // -1 where the number is to fall
  std::optional<Forecast> forecast_;
  Analytics out_;
};

}  // namespace

std::optional<int> daysLeft(const Goal& goal, local_days today) {
  const auto& date = goal.content.targetDate;
  if (!date || *date < today) return std::nullopt;
  return std::max(1, static_cast<int>((*date - today).count()));
}

Analytics analyze(const Goal& goal, const Curve& curve, local_days today) {
  return Analyst(goal, curve, today).run();
}

}  // namespace sw::goals
