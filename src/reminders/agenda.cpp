#include "reminders/agenda.h"

#include <algorithm>

namespace sw::reminders {

std::vector<std::string> channelsFor(const Person& person, const std::vector<std::string>& wanted) {
  std::vector<std::string> channels = {"in_app"};
  const std::vector<std::string>& chosen = wanted.empty() ? person.settings.channels : wanted;
  for (const std::string& channel : chosen) {
    if (std::ranges::find(channels, channel) == channels.end()) channels.push_back(channel);
  }
  return channels;
}

}  // namespace sw::reminders
