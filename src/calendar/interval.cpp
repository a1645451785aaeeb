#include "calendar/interval.h"

#include <algorithm>

namespace sw::calendar {

void mergeIntervals(std::vector<Interval>& intervals) {
  std::erase_if(intervals, [](const Interval& i) { return i.start >= i.end; });
  if (!std::ranges::is_sorted(intervals)) std::ranges::sort(intervals);
  std::size_t kept = 0;
  for (const Interval& next : intervals) {
    if (kept > 0 && next.start <= intervals[kept - 1].end) {
      intervals[kept - 1].end = std::max(intervals[kept - 1].end, next.end);
    } else {
      intervals[kept++] = next;
    }
  }
  intervals.resize(kept);
}

std::vector<Interval> gapsBetween(const std::vector<Interval>& merged, base::UtcSeconds from,
                                  base::UtcSeconds to) {
  std::vector<Interval> gaps;
  base::UtcSeconds free = from;
  for (const Interval& busy : merged) {
    if (busy.end <= free) continue;
    if (busy.start >= to) break;
    if (busy.start > free) gaps.push_back({free, busy.start});
    free = busy.end;
  }
  if (free < to) gaps.push_back({free, to});
  return gaps;
}

}  // namespace sw::calendar
