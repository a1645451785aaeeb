#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calendar/event.h"
#include "calendar/ical_components.h"

namespace sw::calendar {

/// The reminder that a VALARM (RFC 5545, section 3.6.6) is: at the start or whole minutes up to
/// four weeks before it. Nothing where it is more or other than that.
std::optional<ReminderOverride> toReminder(const Component& alarm);

/// The VALARM of a reminder as this program writes it, lines ended by LF. One that is read and
/// looks exactly like this need not be kept beside the reminder.
std::string alarmText(const ReminderOverride& reminder, std::string_view summary);

/// Appends (folded) the alarms of an event: those of `kept` (the VALARMs among its unknown lines)
/// whose reminder still stands or that are no reminders, and new ones for the rest. `any` tells
/// whether there was one.
void appendAlarms(std::string& out, const EventContent& content, const std::vector<Component>& kept,
                  bool& any);

}  // namespace sw::calendar
