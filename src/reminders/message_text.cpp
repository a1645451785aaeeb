#include "reminders/message_text.h"

#include <algorithm>
#include <string_view>

#include "base/time_format.h"

namespace sw::reminders {
namespace {

constexpr std::size_t kDateLength = 10;      // of YYYY-MM-DD
constexpr std::size_t kMaxBodyBytes = 3900;  // under the 4,000 characters of a body
constexpr std::string_view kLineFeed = "\n";

/// "Habit", as a message begins.
std::string nameOf(ResourceKind kind) {
  std::string name(toString(kind));
  name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

std::string_view verbOf(ResourceKind kind) {
  return kind == ResourceKind::kHabit || kind == ResourceKind::kEvent ? " on " : " due on ";
}

std::string lineOf(const Reminder& row, const base::Zone& zone) {
  return nameOf(row.kind) + std::string(verbOf(row.kind)) + whenText(row, zone);
}

std::string linkOf(const Reminder& row, const std::string& publicUrl) {
  if (publicUrl.empty()) return {};
  return publicUrl + "/#/reminders/" + row.id.toString();
}

}  // namespace

std::string whenText(const Reminder& reminder, const base::Zone& zone) {
  std::string text;
  const base::LocalSeconds local =
      zone.toLocal(std::chrono::floor<std::chrono::seconds>(reminder.occasion));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const bool hasTime =
      reminder.kind == ResourceKind::kHabit
          ? local != day
          : reminder.kind != ResourceKind::kGoal && reminder.occasionKey.size() > kDateLength;
  if (!hasTime) return reminder.occasionKey.substr(0, kDateLength);
  base::appendLocal(text, local);
  text[kDateLength] = ' ';
  text.resize(text.size() - std::string_view(":00").size());
  text.append(" (").append(zone.name()).append(")");
  return text;
}

Message toMessage(std::span<const Reminder> rows, const base::Zone& zone,
                  const std::string& publicUrl) {
  const Reminder& first = rows.front();
  Message message;
  message.id = first.messageId.toString();
  message.userId = first.userId;
  message.kind = first.kind;
  message.resourceId = first.resourceId;
  message.occasion = first.occasion;
  message.due = first.due;
  message.expires = first.expires;
  message.link = linkOf(first, publicUrl);
  message.entries = static_cast<int>(rows.size());
  if (rows.size() == 1) {
    message.title = first.title;
    message.body = lineOf(first, zone);
    return message;
  }
  message.title = std::to_string(rows.size()) + " reminders";
  std::size_t told = 0;
  for (const Reminder& row : rows) {
    const std::string line = "- " + row.title + ": " + lineOf(row, zone);
    if (message.body.size() + line.size() > kMaxBodyBytes) break;
    if (told++ > 0) message.body += kLineFeed;
    message.body += line;
    message.occasion = std::min(message.occasion, row.occasion);
    message.expires = std::max(message.expires, row.expires);
  }
  if (told < rows.size()) {
    message.body.append("\n- and ").append(std::to_string(rows.size() - told)).append(" more");
  }
  return message;
}

}  // namespace sw::reminders
