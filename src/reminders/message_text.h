#pragma once

#include <span>
#include <string>

#include "base/zone.h"
#include "reminders/channel.h"
#include "reminders/reminder.h"

namespace sw::reminders {

/// When a reminder's occasion is, on the wall clock of `zone`: "2026-03-02 07:30", or its date
/// alone where it has no time.
std::string whenText(const Reminder& reminder, const base::Zone& zone);

/// The message that tells one reminder, or several of one person as one digest. `rows` is not
/// empty and by due time; `publicUrl` may be empty. Addresses are the caller's to fill in.
Message toMessage(std::span<const Reminder> rows, const base::Zone& zone,
                  const std::string& publicUrl);

}  // namespace sw::reminders
