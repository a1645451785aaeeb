#include <algorithm>
#include <chrono>
#include <limits>

#include "base/time_format.h"
#include "calendar/event_json.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;

// Longest texts of a request, in bytes; Google's documented limits where it has some.
constexpr std::size_t kMaxSummary = 4096;
constexpr std::size_t kMaxDescription = 64 * 1024;
constexpr std::size_t kMaxLocation = 4096;
constexpr std::size_t kMaxShortText = 1024;
constexpr std::size_t kMaxRecurrenceLines = 64;
constexpr std::size_t kMaxRecurrenceLine = 64 * 1024;
constexpr std::size_t kMaxAttendees = 1000;
constexpr std::size_t kMaxReminders = 5;
constexpr std::size_t kMaxProperties = 300;
constexpr std::int64_t kMaxReminderMinutes = 40320;
constexpr std::int64_t kMaxSequence = std::numeric_limits<std::int32_t>::max();

std::string indexed(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

/// Reads one event's members with the limits of its source.
class ContentReader {
 public:
  ContentReader(Value body, const base::Zone& calendarZone, EventJsonSource source,
                Problems& problems)
      : reader_(body, "", problems),
        zone_(calendarZone),
        bounded_(source == EventJsonSource::kRequest) {}

  void setZoneDefinitions(std::string definitions) {
    content_.zoneDefinitions = std::move(definitions);
  }

  EventTime readOnlyTime(std::string_view name) { return readTime(name); }

  EventContent read() {
    readTexts();
    readChoices();
    content_.start = readTime("start");
    content_.end = readTime("end");
    readRecurrence();
    readPeople();
    readReminders();
    readProperties();
    readOther();
    reader_.ignore({"kind", "etag", "id", "calendarId", "iCalUID", "created", "updated",
                    "recurringEventId", "originalStartTime", "htmlLink", "conflicts", "creator",
                    "revision"});
    if (bounded_) reader_.finish();
    return std::move(content_);
  }

 private:
  [[nodiscard]] std::size_t limit(std::size_t bytes) const {
    return bounded_ ? bytes : std::numeric_limits<std::size_t>::max();
  }

  void readTexts() {
    content_.summary = reader_.text("summary", limit(kMaxSummary)).value_or("");
    content_.description = reader_.text("description", limit(kMaxDescription)).value_or("");
    content_.location = reader_.text("location", limit(kMaxLocation)).value_or("");
    content_.colorId = reader_.text("colorId", limit(kMaxShortText)).value_or("");
  }

  void readChoices() {
    content_.status = static_cast<EventStatus>(
        reader_.choice("status", {"confirmed", "tentative", "cancelled"}).value_or(0));
    content_.transparency = static_cast<Transparency>(
        reader_.choice("transparency", {"opaque", "transparent"}).value_or(0));
    content_.visibility = static_cast<Visibility>(
        reader_.choice("visibility", {"default", "public", "private", "confidential"}).value_or(0));
  }

  EventTime readTime(std::string_view name) {
    EventTime time;
    const Value value = reader_.value(name, Value::Type::kObject, ObjectReader::kRequired);
    if (value.isMissing()) return time;
    ObjectReader in(value, std::string(name), reader_.problems());
    const auto date = in.text("date", limit(kMaxShortText));
    const auto dateTime = in.text("dateTime", limit(kMaxShortText));
    const auto zoneName = in.text("timeZone", limit(kMaxShortText));
    const bool floating = in.boolean("floating").value_or(false);
    if (bounded_) in.finish();
    if (date && dateTime) {
      in.problem("date", "and dateTime exclude each other");
    } else if (date) {
      readDate(in, *date, time);
    } else if (dateTime) {
      readDateTime(in, *dateTime, zoneName.value_or(""), floating, time);
    } else {
      reader_.problem(name, "needs date or dateTime");
    }
    return time;
  }

  static void readDate(ObjectReader& in, const std::string& text, EventTime& time) {
    const auto date = base::parseDate(text);
    if (!date) {
      return in.problem("date", "must be a date such as 2026-03-01, years 0001 to 9999");
    }
    time.allDay = true;
    time.local = *date;
  }

  void readDateTime(ObjectReader& in, const std::string& text, const std::string& zoneName,
                    bool floating, EventTime& time) {
    const auto parsed = base::parseDateTime(text);
    if (!parsed) {
      return in.problem("dateTime",
                        "must be a time such as 2026-03-01T09:00:00+01:00 (RFC 3339), years 0001 "
                        "to 9999");
    }
    time.local = parsed->local;
    if (floating) return;
    time.timeZone = zoneName.empty() ? std::string(zone_.name()) : zoneName;
    const auto zone = zoneName.empty() ? zone_ : resolveZone(zoneName, content_.zoneDefinitions);
    if (!zone.ok()) {
      return in.problem("timeZone", "must be a name of the tz database such as Europe/Berlin");
    }
    // In a stored text wall clock and zone are the truth: its offset is that of the rules of then.
    if (!parsed->offset || (!bounded_ && !zoneName.empty())) return;
    const base::UtcSeconds utc(parsed->local.time_since_epoch() - *parsed->offset);
    if (utc < base::kMinTime || utc > base::kMaxTime) {
      return in.problem("dateTime", "must lie in the years 0001 to 9999");
    }
    if (zone->toUtc(parsed->local) == utc) return;
    time.local = zone->toLocal(utc);
    // The second pass of an overlap has no wall clock of its own: UTC keeps its instant.
    if (zone->toUtc(time.local) != utc) {
      time.timeZone = "UTC";
      time.local = base::LocalSeconds(utc.time_since_epoch());
    }
  }

  void readRecurrence() {
    const Value lines = reader_.value("recurrence", Value::Type::kArray);
    if (bounded_ && lines.size() > kMaxRecurrenceLines) {
      return reader_.problem("recurrence",
                             "must have at most " + std::to_string(kMaxRecurrenceLines) + " lines");
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto line = lines.at(i).asString();
      if (!line || line->empty() || line->size() > limit(kMaxRecurrenceLine)) {
        reader_.problem(indexed("recurrence", i), "must be a line such as RRULE:FREQ=DAILY");
        continue;
      }
      content_.recurrence.emplace_back(*line);
    }
  }

  Person readPerson(ObjectReader& in, ObjectReader::Presence presence) {
    Person person;
    person.email =
        in.text("email", limit(kMaxShortText), bounded_ ? presence : ObjectReader::kOptional)
            .value_or("");
    person.displayName = in.text("displayName", limit(kMaxShortText)).value_or("");
    const std::size_t at = person.email.find('@');
    if (bounded_ && !person.email.empty() &&
        (at == 0 || at == std::string::npos || at + 1 == person.email.size() ||
         person.email.find_first_of(" \t\r\n<>") != std::string::npos)) {
      in.problem("email", "must be an e-mail address");
    }
    in.ignore({"self", "id"});
    return person;
  }

  void readPeople() {
    const Value organizer = reader_.value("organizer", Value::Type::kObject);
    if (!organizer.isMissing()) {
      ObjectReader in(organizer, "organizer", reader_.problems());
      content_.organizer = readPerson(in, ObjectReader::kOptional);
      if (bounded_) in.finish();
    }
    const Value attendees = reader_.value("attendees", Value::Type::kArray);
    if (bounded_ && attendees.size() > kMaxAttendees) {
      return reader_.problem("attendees",
                             "must be at most " + std::to_string(kMaxAttendees) + " people");
    }
    for (std::size_t i = 0; i < attendees.size(); ++i) {
      ObjectReader in(attendees.at(i), indexed("attendees", i), reader_.problems());
      content_.attendees.push_back(readAttendee(in));
    }
  }

  Attendee readAttendee(ObjectReader& in) {
    Attendee attendee;
    attendee.person = readPerson(in, ObjectReader::kRequired);
    attendee.response = static_cast<ResponseStatus>(
        in.choice("responseStatus", {"needsAction", "declined", "tentative", "accepted"})
            .value_or(0));
    attendee.organizer = in.boolean("organizer").value_or(false);
    attendee.optional = in.boolean("optional").value_or(false);
    attendee.resource = in.boolean("resource").value_or(false);
    attendee.comment = in.text("comment", limit(kMaxShortText)).value_or("");
    attendee.additionalGuests =
        static_cast<int>(in.integer("additionalGuests", 0, 1000).value_or(0));
    if (bounded_) in.finish();
    return attendee;
  }

  void readReminders() {
    const Value value = reader_.value("reminders", Value::Type::kObject);
    if (value.isMissing()) return;
    ObjectReader in(value, "reminders", reader_.problems());
    const Value overrides = in.value("overrides", Value::Type::kArray);
    content_.reminders.useDefault = in.boolean("useDefault").value_or(overrides.size() == 0);
    if (bounded_) {
      in.finish();
      if (overrides.size() > kMaxReminders) {
        return in.problem("overrides", "must be at most " + std::to_string(kMaxReminders));
      }
    }
    for (std::size_t i = 0; i < overrides.size(); ++i) {
      ObjectReader item(overrides.at(i), indexed("reminders.overrides", i), reader_.problems());
      const auto method = item.choice("method", {"popup", "email"}, ObjectReader::kRequired);
      const auto minutes = item.integer("minutes", 0, kMaxReminderMinutes, ObjectReader::kRequired);
      if (bounded_) item.finish();
      if (method && minutes) {
        content_.reminders.overrides.push_back(
            {*method == 0 ? "popup" : "email", std::chrono::minutes(*minutes)});
      }
    }
  }

  void readProperties() {
    const Value value = reader_.value("extendedProperties", Value::Type::kObject);
    if (value.isMissing()) return;
    ObjectReader in(value, "extendedProperties", reader_.problems());
    const auto group = [&](std::string_view name, std::map<std::string, std::string>& into) {
      const Value members = in.value(name, Value::Type::kObject);
      if (bounded_ && members.size() > kMaxProperties) {
        return in.problem(name, "must be at most " + std::to_string(kMaxProperties));
      }
      for (std::size_t i = 0; i < members.size(); ++i) {
        const auto [key, member] = members.memberAt(i);
        const auto text = member.asString();
        if (!text || text->size() > limit(kMaxShortText) || key.size() > limit(kMaxShortText)) {
          in.problem(std::string(name) + "." + std::string(key),
                     "must be a string of at most " + std::to_string(kMaxShortText) + " bytes");
          continue;
        }
        into[std::string(key)] = *text;
      }
    };
    group("private", content_.privateProperties);
    group("shared", content_.sharedProperties);
    if (bounded_) in.finish();
  }

  void readOther() {
    content_.sequence = static_cast<int>(reader_.integer("sequence", 0, kMaxSequence).value_or(0));
    const Value conference = reader_.value("conferenceData", Value::Type::kObject);
    if (!conference.isMissing()) content_.conferenceData = conference.serialize();
    const Value source = reader_.value("source", Value::Type::kObject);
    if (source.isMissing()) return;
    ObjectReader in(source, "source", reader_.problems());
    content_.sourceUrl = in.text("url", limit(kMaxLocation), ObjectReader::kRequired).value_or("");
    content_.sourceTitle = in.text("title", limit(kMaxShortText)).value_or("");
    if (bounded_) in.finish();
  }

  ObjectReader reader_;
  base::Zone zone_;
  bool bounded_;
  EventContent content_;
};

base::Error damaged(std::string_view what) {
  return {base::Code::kCorrupted, "a stored event is damaged: " + std::string(what)};
}

/// The two texts of a row, parsed.
struct StoredTexts {
  base::json::Document document;
  std::string zones;
  std::string lines;
  std::string duration;

  static base::Result<StoredTexts> parse(std::string_view document, std::string_view residue) {
    auto parsed = base::json::Document::parse("{" + std::string(document) + "}");
    if (!parsed.ok()) return damaged(parsed.error().message());
    StoredTexts texts{*std::move(parsed), {}, {}, {}};
    if (residue.empty()) return texts;
    const auto rest = base::json::Document::parse(residue);
    if (!rest.ok()) return damaged(rest.error().message());
    texts.zones = rest->root().find("zones").asString().value_or("");
    texts.lines = rest->root().find("lines").asString().value_or("");
    texts.duration = rest->root().find("duration").asString().value_or("");
    return texts;
  }
};

}  // namespace

EventContent readEventContent(Value body, const base::Zone& calendarZone, EventJsonSource source,
                              Problems& problems) {
  return ContentReader(body, calendarZone, source, problems).read();
}

base::Result<EventContent> fromDocument(std::string_view document, std::string_view residue) {
  SW_TRY(StoredTexts texts, StoredTexts::parse(document, residue));
  Problems problems;
  ContentReader reader(texts.document.root(), base::Zone::utc(), EventJsonSource::kStored,
                       problems);
  reader.setZoneDefinitions(std::move(texts.zones));
  EventContent content = reader.read();
  if (!problems.empty()) return damaged(problems.toError().message());
  content.unknownLines = std::move(texts.lines);
  content.duration = std::move(texts.duration);
  return content;
}

base::Result<EventTime> originalStartOf(std::string_view document, std::string_view residue) {
  SW_TRY(StoredTexts texts, StoredTexts::parse(document, residue));
  Problems problems;
  ContentReader reader(texts.document.root(), base::Zone::utc(), EventJsonSource::kStored,
                       problems);
  reader.setZoneDefinitions(std::move(texts.zones));
  EventTime time = reader.readOnlyTime("originalStartTime");
  if (!problems.empty()) return damaged(problems.toError().message());
  return time;
}

}  // namespace sw::calendar
