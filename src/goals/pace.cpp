#include "goals/pace.h"

#include <cmath>

namespace sw::goals {

std::optional<Pace> paceOf(const std::vector<double>& daily, double before) {
  if (daily.empty()) return std::nullopt;
  const auto stepOf = [&](std::size_t day) {
    return daily[day] - (day == 0 ? before : daily[day - 1]);
  };
  std::size_t first = daily.size();
  for (std::size_t changes = 0; first > 0; --first) {
    if (daily.size() - first >= kPaceDays && changes >= kPaceChanges) break;
    if (stepOf(first - 1) != 0) ++changes;
  }
  Pace pace;
  pace.days = daily.size() - first;
  const auto days = static_cast<double>(pace.days);
  pace.perDay = (daily.back() - (first == 0 ? before : daily[first - 1])) / days;
  if (pace.days < 2) return pace;
  double squares = 0;
  for (std::size_t day = first; day < daily.size(); ++day) {
    const double off = stepOf(day) - pace.perDay;
    squares += off * off;
  }
  pace.deviation = std::sqrt(squares / (days - 1));
  return pace;
}

}  // namespace sw::goals
