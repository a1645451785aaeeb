#include "reminders/reminder_json.h"

#include "base/json.h"
#include "base/time_format.h"

namespace sw::reminders {
namespace {

void appendDelivery(base::json::Writer& writer, const ReminderDelivery& delivery) {
  writer.beginObject()
      .field("channel", delivery.channel)
      .field("status", toString(delivery.state))
      .field("attempts", std::int64_t{delivery.attempts});
  if (!delivery.error.empty()) writer.field("error", delivery.error);
  writer.field("updated", base::formatInstant(delivery.updated)).endObject();
}

}  // namespace

void appendReminder(std::string& out, const Reminder& reminder,
                    std::span<const ReminderDelivery> deliveries) {
  base::json::Writer writer(out);
  writer.beginObject()
      .field("id", reminder.id.toString())
      .field("kind", toString(reminder.kind))
      .field("resourceId", reminder.resourceId.toString())
      .field("title", reminder.title)
      .field("status", toString(reminder.state));
  if (reminder.reason != SkipReason::kNone) writer.field("reason", toString(reminder.reason));
  writer.field("occasion", base::formatInstant(reminder.occasion))
      .field("leadMinutes", std::int64_t{reminder.lead.count()})
      .field("due", base::formatInstant(reminder.due))
      .field("expires", base::formatInstant(reminder.expires));
  if (reminder.told != base::Instant()) writer.field("told", base::formatInstant(reminder.told));
  if (!reminder.messageId.isNil()) writer.field("messageId", reminder.messageId.toString());
  writer.field("snoozes", std::int64_t{reminder.snoozes}).key("channels").beginArray();
  for (const std::string& channel : reminder.channels) writer.string(channel);
  writer.endArray().key("deliveries").beginArray();
  for (const ReminderDelivery& delivery : deliveries) appendDelivery(writer, delivery);
  writer.endArray()
      .field("revision", reminder.revision)
      .field("updated", base::formatInstant(reminder.updated))
      .endObject();
}

}  // namespace sw::reminders
