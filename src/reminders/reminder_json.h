#pragma once

#include <span>
#include <string>
#include <vector>

#include "reminders/reminder.h"

namespace sw::reminders {

/// Appends a reminder as answers, the stream, webhooks and the message bus show it; `deliveries`
/// are those of its last message.
void appendReminder(std::string& out, const Reminder& reminder,
                    std::span<const ReminderDelivery> deliveries);

}  // namespace sw::reminders
