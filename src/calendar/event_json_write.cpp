#include <chrono>

#include "base/time_format.h"
#include "calendar/event_json.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {
namespace {

using base::json::Writer;

constexpr std::string_view kAllDayPrefix = R"("start":{"date":)";
constexpr std::string_view kFloatingPrefix = R"("start":{"floating":true,)";

std::string_view toText(EventStatus status) {
  switch (status) {
    case EventStatus::kConfirmed: return "confirmed";
    case EventStatus::kTentative: return "tentative";
    case EventStatus::kCancelled: return "cancelled";
  }
  return "confirmed";
}

std::string_view toText(Visibility visibility) {
  switch (visibility) {
    case Visibility::kDefault: return "default";
    case Visibility::kPublic: return "public";
    case Visibility::kPrivate: return "private";
    case Visibility::kConfidential: return "confidential";
  }
  return "default";
}

std::string_view toText(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::kNeedsAction: return "needsAction";
    case ResponseStatus::kDeclined: return "declined";
    case ResponseStatus::kTentative: return "tentative";
    case ResponseStatus::kAccepted: return "accepted";
  }
  return "needsAction";
}

void appendDateTimeText(std::string& out, const EventTime& time, const base::Zone& zone) {
  out += R"("dateTime":")";
  // The wall clock as written, also in a gap, where the offset before it fixes the instant.
  const base::UtcSeconds utc = zone.toUtc(time.local);
  base::appendDateTime(out, time.local, time.local.time_since_epoch() - utc.time_since_epoch());
  out += '"';
}

void appendStoredTime(std::string& out, const EventTime& time, const std::string& definitions) {
  if (time.allDay) return appendEventTime(out, time, base::Zone::utc());
  if (time.timeZone.empty()) {
    out += R"({"floating":true,"dateTime":")";
    base::appendLocal(out, time.local);
    out += "\"}";
    return;
  }
  const auto zone = resolveZone(time.timeZone, definitions);
  appendEventTime(out, time, zone.ok() ? *zone : base::Zone::utc());
}

/// Writes members that may be empty, each with a comma in front.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}

  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    base::json::appendQuoted(out_, value);
  }
  Writer begin(std::string_view name) {
    out_ += ",\"";
    out_ += name;
    out_ += "\":";
    return Writer(out_);
  }

 private:
  std::string& out_;
};

void writePerson(Writer& writer, const Person& person) {
  if (!person.email.empty()) writer.field("email", person.email);
  if (!person.displayName.empty()) writer.field("displayName", person.displayName);
}

void writeAttendees(Writer writer, const std::vector<Attendee>& attendees) {
  writer.beginArray();
  for (const Attendee& attendee : attendees) {
    writer.beginObject();
    writePerson(writer, attendee.person);
    writer.field("responseStatus", toText(attendee.response));
    if (attendee.organizer) writer.field("organizer", true);
    if (attendee.optional) writer.field("optional", true);
    if (attendee.resource) writer.field("resource", true);
    if (!attendee.comment.empty()) writer.field("comment", attendee.comment);
    if (attendee.additionalGuests != 0) {
      writer.field("additionalGuests", std::int64_t{attendee.additionalGuests});
    }
    writer.endObject();
  }
  writer.endArray();
}

void writeReminders(Writer writer, const Reminders& reminders) {
  writer.beginObject().field("useDefault", reminders.useDefault);
  if (!reminders.overrides.empty()) {
    writer.key("overrides").beginArray();
    for (const ReminderOverride& reminder : reminders.overrides) {
      writer.beginObject()
          .field("method", reminder.method)
          .field("minutes", std::int64_t{reminder.before.count()})
          .endObject();
    }
    writer.endArray();
  }
  writer.endObject();
}

void writeProperties(Writer writer, const EventContent& content) {
  const auto group = [&](std::string_view name, const auto& properties) {
    if (properties.empty()) return;
    writer.key(name).beginObject();
    for (const auto& [key, value] : properties) writer.field(key, value);
    writer.endObject();
  };
  writer.beginObject();
  group("private", content.privateProperties);
  group("shared", content.sharedProperties);
  writer.endObject();
}

}  // namespace

void appendEventTime(std::string& out, const EventTime& time, const base::Zone& zone) {
  out += '{';
  if (time.allDay) {
    out += R"("date":")";
    base::appendDate(out, std::chrono::floor<std::chrono::days>(time.local));
    out += '"';
  } else if (time.timeZone.empty()) {
    out += R"("floating":true,)";
    appendDateTimeText(out, time, zone);
  } else {
    appendDateTimeText(out, time, zone);
    out += R"(,"timeZone":)";
    base::json::appendQuoted(out, time.timeZone);
  }
  out += '}';
}

void appendDocumentTimes(std::string& out, const EventContent& content) {
  out += R"("start":)";
  appendStoredTime(out, content.start, content.zoneDefinitions);
  out += R"(,"end":)";
  appendStoredTime(out, content.end, content.zoneDefinitions);
}

void appendDocumentDetails(std::string& out, const EventContent& content, bool withRecurrence) {
  Members members(out);
  members.text("status", toText(content.status));
  members.text("summary", content.summary);
  members.text("description", content.description);
  members.text("location", content.location);
  members.text("colorId", content.colorId);
  if (content.transparency == Transparency::kTransparent) {
    members.text("transparency", "transparent");
  }
  if (content.visibility != Visibility::kDefault) {
    members.text("visibility", toText(content.visibility));
  }
  if (withRecurrence && !content.recurrence.empty()) {
    Writer writer = members.begin("recurrence");
    writer.beginArray();
    for (const std::string& line : content.recurrence) writer.string(line);
    writer.endArray();
  }
  if (content.organizer) {
    Writer writer = members.begin("organizer");
    writer.beginObject();
    writePerson(writer, *content.organizer);
    writer.endObject();
  }
  if (!content.attendees.empty()) writeAttendees(members.begin("attendees"), content.attendees);
  writeReminders(members.begin("reminders"), content.reminders);
  if (content.sequence != 0) members.begin("sequence").integer(content.sequence);
  if (!content.privateProperties.empty() || !content.sharedProperties.empty()) {
    writeProperties(members.begin("extendedProperties"), content);
  }
  if (!content.conferenceData.empty()) members.begin("conferenceData").raw(content.conferenceData);
  if (!content.sourceUrl.empty()) {
    members.begin("source")
        .beginObject()
        .field("url", content.sourceUrl)
        .field("title", content.sourceTitle)
        .endObject();
  }
}

std::string toDocument(const EventContent& content) {
  std::string out;
  out.reserve(256 + content.summary.size() + content.description.size());
  appendDocumentTimes(out, content);
  appendDocumentDetails(out, content, true);
  return out;
}

std::string toResidue(const EventContent& content) {
  if (content.zoneDefinitions.empty() && content.unknownLines.empty() && content.duration.empty()) {
    return {};
  }
  std::string out;
  Writer writer(out);
  writer.beginObject().field("zones", content.zoneDefinitions).field("lines", content.unknownLines);
  if (!content.duration.empty()) writer.field("duration", content.duration);
  writer.endObject();
  return out;
}

bool isWallClock(std::string_view document) {
  return document.starts_with(kAllDayPrefix) || document.starts_with(kFloatingPrefix);
}

}  // namespace sw::calendar
