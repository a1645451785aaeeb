#include "calendar/ical_alarm.h"

#include <algorithm>

#include "calendar/ical_values.h"

namespace sw::calendar {
namespace {

constexpr std::chrono::minutes kMost{40320};  // four weeks

void appendText(std::string& out, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    appendFolded(out, lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

}  // namespace

std::optional<ReminderOverride> toReminder(const Component& alarm) {
  const ContentLine* action = alarm.find("ACTION");
  const ContentLine* trigger = alarm.find("TRIGGER");
  if (action == nullptr || trigger == nullptr) return std::nullopt;
  const std::string_view kind = trimmed(action->value);
  const bool mail = equalsIgnoringCase(kind, "EMAIL");
  if (!mail && !equalsIgnoringCase(kind, "DISPLAY") && !equalsIgnoringCase(kind, "AUDIO")) {
    return std::nullopt;
  }
  const auto related = trigger->parameter("RELATED");
  if (related && equalsIgnoringCase(*related, "END")) return std::nullopt;
  const auto duration = readDuration(trigger->value);
  if (!duration) return std::nullopt;
  const std::chrono::seconds before = -duration->total();
  if (before.count() < 0 || before > kMost || before.count() % 60 != 0) return std::nullopt;
  return ReminderOverride{mail ? "email" : "popup",
                          std::chrono::duration_cast<std::chrono::minutes>(before)};
}

std::string alarmText(const ReminderOverride& reminder, std::string_view summary) {
  const bool mail = reminder.method == "email";
  std::string out = "BEGIN:VALARM\nACTION:";
  out += mail ? "EMAIL" : "DISPLAY";
  out += "\nTRIGGER:-PT" + std::to_string(reminder.before.count()) + "M\nDESCRIPTION:";
  appendEscaped(out, summary.empty() ? std::string_view("Reminder") : summary);
  if (mail) {
    out += "\nSUMMARY:";
    appendEscaped(out, summary.empty() ? std::string_view("Reminder") : summary);
  }
  return out + "\nEND:VALARM\n";
}

void appendAlarms(std::string& out, const EventContent& content, const std::vector<Component>& kept,
                  bool& any) {
  const auto& wanted = content.reminders.overrides;
  std::vector<std::optional<ReminderOverride>> meanings;
  for (const Component& alarm : kept) meanings.push_back(toReminder(alarm));
  std::size_t done = 0;
  const auto writeNewUntil = [&](std::size_t end) {
    for (; done < end; ++done) {
      if (std::find(meanings.begin(), meanings.end(), wanted[done]) != meanings.end()) continue;
      appendText(out, alarmText(wanted[done], content.summary));
      any = true;
    }
  };
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (meanings[i]) {
      const auto it = std::find(wanted.begin(), wanted.end(), *meanings[i]);
      if (it == wanted.end()) continue;  // taken away since
      writeNewUntil(static_cast<std::size_t>(it - wanted.begin()) + 1);
    }
    appendText(out, kept[i].text);
    any = true;
  }
  writeNewUntil(wanted.size());
}

}  // namespace sw::calendar
