#include "habits/strength.h"

#include <algorithm>
#include <cmath>

namespace sw::habits {

namespace {

/// What is left after years without: numbers below the normal ones would be slow to reckon with.
constexpr double kNothing = 1e-12;

}  // namespace

double strengthMultiplier(double frequency) { return std::pow(0.5, std::sqrt(frequency) / 13.0); }

StrengthRule StrengthRule::of(Ratio ratio) {
  StrengthRule rule;
  rule.multiplier = strengthMultiplier(ratio.value());
  const int factor = ratio.times < ratio.days ? 2 : 1;
  rule.window = factor * ratio.days;
  rule.needed = static_cast<double>(factor) * ratio.times;
  return rule;
}

void Strength::add(double value, bool excused, const StrengthRule& rule, int keep) {
  if (excused) return;
  ++dates_;
  if (value > 0) marks_.push_back({dates_, value});
  const auto kept =
      std::ranges::find_if(marks_, [&](const Mark& mark) { return mark.number > dates_ - keep; });
  marks_.erase(marks_.begin(), kept);
  double sum = 0;
  for (const Mark& mark : marks_) {
    if (mark.number > dates_ - rule.window) sum += mark.value;
  }
  const double fulfilled = std::min(1.0, sum / rule.needed);
  value_ = value_ * rule.multiplier + fulfilled * (1 - rule.multiplier);
  if (value_ < kNothing) value_ = 0;
}

}  // namespace sw::habits
