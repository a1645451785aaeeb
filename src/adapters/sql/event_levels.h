#pragma once

#include <array>
#include <cstdint>

#include "base/zone.h"

namespace sw::sql {

/// Classes of events by the length of their span. A window [from, to) finds all events of a
/// level that can touch it in start > from - longest(level), so long ones are never missed and
/// short ones never make it look far back.
inline constexpr std::array<std::int64_t, 5> kLevelLongest = {
    std::int64_t{86'400},        // a day
    std::int64_t{86'400} * 8,    // a week and its weekends
    std::int64_t{86'400} * 32,   // a month
    std::int64_t{86'400} * 366,  // a year: a term's or season's series
    std::int64_t{86'400} * 5844  // 16 years; longer and endless ones are the level above
};

/// What an import has staged stands this many levels higher, so that the ranges of a window do not
/// come across it.
inline constexpr std::int64_t kStagedLevels = 16;

/// 0 to 5.
constexpr std::int64_t levelOf(base::UtcSeconds start, base::UtcSeconds end) {
  const std::int64_t length = (end - start).count();
  std::int64_t level = 0;
  for (const std::int64_t longest : kLevelLongest) {
    if (length <= longest) return level;
    ++level;
  }
  return level;
}

}  // namespace sw::sql
