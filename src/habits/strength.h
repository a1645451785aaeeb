#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "habits/habit_calendar.h"

namespace sw::habits {

/// How strongly a habit has set in, from 0 to 1: the score of Loop Habit Tracker (iSoron/uhabits,
/// Score.kt and ScoreList.kt), an exponential smoothing over dates,
///   m = 0.5^(sqrt(f) / 13),   s = s · m + v · (1 − m),
/// where f is the frequency in times a day and v how far the date's window is fulfilled. A date
/// that is excused leaves s as it is, and windows pass over it, as if it had never been.
struct StrengthRule {
  double multiplier = 0;  // m
  int window = 1;         // how many dates back v looks, the date itself included, excused ones not
  double needed = 1;      // the sum of values in the window that makes v 1

  /// Less than daily: v looks at twice the period for twice the times, so that a person who does a
  /// weekly habit on different days loses nothing. Daily and more: at one period.
  static StrengthRule of(Ratio ratio);
};

/// m of a frequency in times a day.
double strengthMultiplier(double frequency);

/// The smoothing as it goes from date to date. A value; not for use by two threads.
class Strength {
 public:
  /// What a date brought that is not 0.
  struct Mark {
    std::int64_t number = 0;  // of the date, among those that were not excused
    double value = 0;         // 1: done in full

    friend bool operator==(const Mark&, const Mark&) = default;
  };

  /// Takes the next date. `keep`: how many dates back a rule of this habit may look.
  void add(double value, bool excused, const StrengthRule& rule, int keep);

  [[nodiscard]] double value() const { return value_; }
  /// How many dates were taken, excused ones aside.
  [[nodiscard]] std::int64_t dates() const { return dates_; }
  [[nodiscard]] const std::vector<Mark>& marks() const { return marks_; }
  void restore(double value, std::int64_t dates, std::vector<Mark> marks) {
    value_ = value;
    dates_ = dates;
    marks_ = std::move(marks);
  }
  friend bool operator==(const Strength&, const Strength&) = default;

 private:
  double value_ = 0;
  std::int64_t dates_ = 0;
  std::vector<Mark> marks_;  // ascending
};

}  // namespace sw::habits
