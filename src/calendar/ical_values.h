#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "calendar/recurrence_rule.h"

/// Values of RFC 5545, section 3.3, read as the files of the world write them.
namespace sw::calendar {

/// DATE or DATE-TIME. Beyond the basic form it takes the extended one ("2026-03-01T09:00:00"),
/// one without seconds, a trailing offset ("+0100", told as UTC) and blanks around. Nothing where
/// the text is none of these, or lies outside the years 0001 to 9999.
std::optional<BasicTime> readTime(std::string_view text);

/// DURATION (section 3.3.6): weeks and days are nominal, the rest is exact.
struct IcalDuration {
  std::chrono::days days{0};
  std::chrono::seconds seconds{0};

  [[nodiscard]] bool negative() const { return days.count() < 0 || seconds.count() < 0; }
  /// As if every day had 24 hours.
  [[nodiscard]] std::chrono::seconds total() const { return days + seconds; }
};
/// Nothing where the text is no duration, or one of more than 100 years.
std::optional<IcalDuration> readDuration(std::string_view text);
/// UTC-OFFSET (section 3.3.14), less than 24 hours: "+0100", "-023030", "+01:00".
std::optional<std::chrono::seconds> readUtcOffset(std::string_view text);
std::string formatUtcOffset(std::chrono::seconds offset);

}  // namespace sw::calendar
