#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sw::calendar {

/// A recurrence rule of vCalendar 1.0 ("W2 MO TU #10", "MP1 1- FR 19991231T000000Z") as a rule of
/// RFC 5545. Nothing where the text is not one.
std::optional<std::string> modernRule(std::string_view legacy);

}  // namespace sw::calendar
