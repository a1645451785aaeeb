#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sw::calendar {

/// How much something matters to its owner, of goals and of tasks. Ascending.
enum class Priority : std::uint8_t { kLow, kMedium, kHigh, kCritical };

inline constexpr std::array<std::string_view, 4> kPriorityNames = {"low", "medium", "high",
                                                                   "critical"};

constexpr std::string_view toString(Priority priority) {
  return kPriorityNames.at(static_cast<std::size_t>(priority));
}

}  // namespace sw::calendar
