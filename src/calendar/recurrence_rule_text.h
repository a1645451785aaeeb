#pragma once

#include <array>
#include <string_view>

namespace sw::calendar {

/// Names of FREQ by `Frequency`, and of weekdays by `Weekday`; shared by reader and writer.
inline constexpr std::array<std::string_view, 7> kFrequencyNames = {
    "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
inline constexpr std::array<std::string_view, 7> kWeekdayNames = {"MO", "TU", "WE", "TH",
                                                                  "FR", "SA", "SU"};

}  // namespace sw::calendar
