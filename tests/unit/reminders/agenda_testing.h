#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time_format.h"
#include "reminders/agenda.h"

namespace sw::reminders {

inline base::Instant instant(std::string_view text) {
  const auto parsed = base::parseDateTime(text);
  return base::Instant(std::chrono::sys_seconds(parsed->local.time_since_epoch()) -
                       parsed->offset.value_or(std::chrono::seconds(0)));
}

inline Person personIn(const std::string& zone) {
  return {
      .id = {}, .settings = accounts::Settings::defaults(zone), .zone = *base::Zone::find(zone)};
}

/// "2026-03-02T08:00:00Z" of each moment, with " settled" behind what is.
inline std::vector<std::string> times(const Agenda& agenda) {
  std::vector<std::string> found;
  for (const Moment& moment : agenda.moments) {
    found.push_back(base::formatInstant(moment.at) + (moment.settled ? " settled" : ""));
  }
  return found;
}
using Times = std::vector<std::string>;

}  // namespace sw::reminders
