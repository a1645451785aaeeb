#include "calendar/ical_event_writer.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/time_format.h"
#include "calendar/event_length.h"
#include "calendar/ical_alarm.h"
#include "calendar/ical_components.h"
#include "calendar/ical_fields.h"
#include "calendar/ical_person.h"
#include "calendar/recurrence_rule.h"

namespace sw::calendar {
namespace {

using ZoneIds = std::map<std::string, std::string, std::less<>>;

void appendUtc(std::string& out, std::string_view name, base::Instant at) {
  out.append(name).append(":");
  base::appendBasicUtc(out, std::chrono::floor<std::chrono::seconds>(at));
  out += "\r\n";
}

/// Writes one VEVENT; lives as long as that.
class EventWriter {
 public:
  EventWriter(std::string& out, const WrittenEvent& event, const ZoneIds& zoneIds)
      : out_(out), event_(event), content_(event.content), zoneIds_(zoneIds), kept_(keptText()) {
    if (kept_.empty()) return;
    reader_.emplace(kept_);
    if (reader_->next() != ComponentReader::Kind::kComponent) return;
    unknown_ = &reader_->component();
    for (const ContentLine& line : unknown_->lines) {
      if (line.is("ATTENDEE")) attendees_.emplace(fromAddress(line.value), line.parameters);
    }
  }

  void write(base::Instant now);

 private:
  [[nodiscard]] std::string keptText() const;
  void writeTime(std::string_view name, const EventTime& time);
  void writeRecurrence();
  void writeText(std::string_view name, const std::string& text);
  void writePeople();
  void writeUnknown();
  /// The parameters that were kept of a property.
  [[nodiscard]] std::string_view keptParameters(std::string_view name) const;
  [[nodiscard]] bool isCovered(const ContentLine& line) const;

  std::string& out_;
  const WrittenEvent& event_;
  const EventContent& content_;
  const ZoneIds& zoneIds_;
  std::string kept_;
  std::optional<ComponentReader> reader_;
  const Component* unknown_ = nullptr;
  std::map<std::string, std::string_view, std::less<>> attendees_;  // kept parameters by address
};

/// The unknown lines as a component, for the reader of such.
std::string EventWriter::keptText() const {
  if (content_.unknownLines.empty()) return {};
  return "BEGIN:VEVENT\n" + content_.unknownLines + "END:VEVENT\n";
}

void EventWriter::write(base::Instant now) {
  out_ += "BEGIN:VEVENT\r\n";
  std::string uid = "UID:";
  appendEscaped(uid, event_.uid);
  appendFolded(out_, uid);
  appendUtc(out_, "DTSTAMP", event_.lastModified.value_or(event_.created.value_or(now)));
  writeTime("DTSTART", content_.start);
  if (nominalLengthOf(content_)) {
    appendFolded(out_, "DURATION:" + content_.duration);
  } else {
    writeTime("DTEND", content_.end);
  }
  if (event_.originalStart != nullptr) writeTime("RECURRENCE-ID", *event_.originalStart);
  writeRecurrence();
  writeText("SUMMARY", content_.summary);
  writeText("DESCRIPTION", content_.description);
  writeText("LOCATION", content_.location);
  appendChoices(out_, content_);
  writePeople();
  if (content_.sequence != 0) out_ += "SEQUENCE:" + std::to_string(content_.sequence) + "\r\n";
  if (event_.created) appendUtc(out_, "CREATED", *event_.created);
  if (event_.lastModified) appendUtc(out_, "LAST-MODIFIED", *event_.lastModified);
  appendOwnFields(out_, content_);
  writeUnknown();
  out_ += "END:VEVENT\r\n";
}

void EventWriter::writeTime(std::string_view name, const EventTime& time) {
  std::string line(name);
  auto kind = Until::Kind::kLocal;
  if (time.allDay) {
    line += ";VALUE=DATE";
    kind = Until::Kind::kDate;
  } else if (time.timeZone == "UTC") {
    kind = Until::Kind::kUtc;
  } else if (!time.timeZone.empty()) {
    const auto it = zoneIds_.find(time.timeZone);
    line += ";TZID=" + encodeParameter(it != zoneIds_.end() ? it->second : time.timeZone);
  }
  line += ':';
  appendBasicTime(line, kind, time.local);
  appendFolded(out_, line);
}

void EventWriter::writeRecurrence() {
  for (const std::string& text : content_.recurrence) {
    const auto line = parseLine(text);
    const auto zone = line ? line->parameter("TZID") : std::nullopt;
    const auto it = zone ? zoneIds_.find(*zone) : zoneIds_.end();
    if (it == zoneIds_.end() || it->second == *zone) {
      appendFolded(out_, text);
      continue;
    }
    std::string renamed(line->name);
    for (const Parameter& each : splitParameters(line->parameters)) {
      const bool id = equalsIgnoringCase(each.name, "TZID");
      renamed.append(";").append(each.name).append("=");
      renamed += id ? encodeParameter(it->second) : std::string(each.value);
    }
    appendFolded(out_, renamed.append(":").append(line->value));
  }
}

std::string_view EventWriter::keptParameters(std::string_view name) const {
  const ContentLine* line = unknown_ != nullptr ? unknown_->find(name) : nullptr;
  return line != nullptr ? line->parameters : std::string_view();
}

void EventWriter::writeText(std::string_view name, const std::string& text) {
  const std::string_view parameters = keptParameters(name);
  if (text.empty() && parameters.empty()) return;
  std::string line;
  line.reserve(text.size() + 32);
  line.append(name).append(parameters).append(":");
  appendEscaped(line, text);
  appendFolded(out_, line);
}

void EventWriter::writePeople() {
  std::string line;
  if (content_.organizer) {
    const ContentLine* kept = unknown_ != nullptr ? unknown_->find("ORGANIZER") : nullptr;
    const bool same = kept != nullptr && fromAddress(kept->value) == content_.organizer->email;
    appendOrganizer(line, *content_.organizer, same ? kept->parameters : std::string_view());
    appendFolded(out_, line);
  }
  for (const Attendee& attendee : content_.attendees) {
    const bool isOrganizer =
        content_.organizer && equalsIgnoringCase(attendee.person.email, content_.organizer->email);
    const auto kept = attendees_.find(attendee.person.email);
    line.clear();
    appendAttendee(line, attendee, isOrganizer,
                   kept != attendees_.end() ? kept->second : std::string_view());
    appendFolded(out_, line);
  }
}

/// Whether a line that was kept is told by a field, or contradicted by one.
bool EventWriter::isCovered(const ContentLine& line) const {
  const bool withParameters = std::any_of(kWithParameters.begin(), kWithParameters.end(),
                                          [&](std::string_view name) { return line.is(name); });
  if (withParameters) return true;
  // Lines of an event that could not repeat by them, until it got others.
  if (!content_.recurrence.empty() && saysRecurrence(line)) return true;
  if (!line.is("X-MICROSOFT-CDO-BUSYSTATUS")) return false;
  const bool free = equalsIgnoringCase(trimmed(line.value), "FREE");
  return free != (content_.transparency == Transparency::kTransparent);
}

void EventWriter::writeUnknown() {
  std::vector<Component> alarms;
  std::string kept;
  if (unknown_ != nullptr) {
    for (const ContentLine& line : unknown_->lines) {
      if (!isCovered(line)) appendFolded(kept, line.text);
    }
    for (const Component& child : unknown_->children) {
      if (child.is("VALARM")) {
        alarms.push_back(child);
        continue;
      }
      std::string_view text = child.text;
      while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        appendFolded(kept, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
      }
    }
  }
  std::string alarmLines;
  bool any = false;
  appendAlarms(alarmLines, content_, alarms, any);
  if (any && content_.reminders.useDefault) out_ += "X-SW-REMINDERS:DEFAULT\r\n";
  if (!any && !content_.reminders.useDefault) out_ += "X-SW-REMINDERS:NONE\r\n";
  out_ += kept;
  out_ += alarmLines;
}

}  // namespace

void appendEvent(std::string& out, const WrittenEvent& event, const ZoneIds& zoneIds,
                 base::Instant now) {
  EventWriter(out, event, zoneIds).write(now);
}

}  // namespace sw::calendar
