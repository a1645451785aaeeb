#include "calendar/ical_writer.h"

#include <algorithm>

#include "calendar/ical_components.h"
#include "calendar/ical_event_writer.h"
#include "calendar/ical_timezone.h"
#include "calendar/ical_timezone_writer.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {
namespace {

void appendText(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  std::string line = std::string(name) + ":";
  appendEscaped(line, value);
  appendFolded(out, line);
}

/// The VTIMEZONE of that name among the definitions, lines ended by LF; empty when there is none.
std::string definitionOf(std::string_view name, std::string_view definitions) {
  if (definitions.empty()) return {};
  ComponentReader reader(definitions);
  for (auto kind = reader.next(); kind != ComponentReader::Kind::kEnd; kind = reader.next()) {
    if (kind != ComponentReader::Kind::kComponent) continue;
    const auto definition = readZoneDefinition(reader.component());
    if (definition.ok() && definition->name == name) return std::string(reader.component().text);
  }
  return {};
}

/// Writes a definition under the name `id`.
void appendDefinition(std::string& out, std::string_view text, const std::string& id) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto line = parseLine(text.substr(0, end));
    if (line && line->is("TZID")) {
      appendText(out, "TZID", id);
    } else {
      appendFolded(out, text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

void CalendarWriter::begin(std::string& out, const CalendarHeader& header) {
  out +=
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Scheduling Worker//Calendar//EN\r\n"
      "CALSCALE:GREGORIAN\r\n";
  appendText(out, "X-WR-CALNAME", header.name);
  appendText(out, "X-WR-CALDESC", header.description);
  appendText(out, "X-WR-TIMEZONE", header.timeZone);
  if (header.color.starts_with('#')) {
    appendText(out, "X-APPLE-CALENDAR-COLOR", header.color);
  } else {
    appendText(out, "COLOR", header.color);
  }
}

void CalendarWriter::end(std::string& out) { out += "END:VCALENDAR\r\n"; }

std::string CalendarWriter::zoneId(std::string& out, const std::string& timeZone,
                                   const EventContent& content) {
  std::string definition = definitionOf(timeZone, content.zoneDefinitions);
  // Two files may have given one name to different zones: the second is told by a number.
  std::string id = timeZone;
  for (int number = 2;; ++number) {
    const auto it = zones_.find(id);
    if (it == zones_.end()) break;
    if (it->second == definition) return id;
    id = timeZone + " " + std::to_string(number);
  }
  if (!definition.empty()) {
    appendDefinition(out, definition, id);
  } else if (const auto zone = resolveZone(timeZone, {})) {
    const base::UtcSeconds start(content.start.local.time_since_epoch() - std::chrono::days(2));
    appendZoneDefinition(out, *zone, id, std::min(earliest_, start));
  }
  zones_.emplace(id, std::move(definition));
  return id;
}

void CalendarWriter::writeZones(std::string& out, const EventContent& content,
                                const EventTime* originalStart,
                                std::map<std::string, std::string, std::less<>>& ids) {
  const auto need = [&](const std::string& name) {
    if (name.empty() || name == "UTC" || ids.contains(name)) return;
    ids.emplace(name, zoneId(out, name, content));
  };
  need(content.start.timeZone);
  need(content.end.timeZone);
  if (originalStart != nullptr) need(originalStart->timeZone);
  // Definitions may be named by lines that were kept, too.
  if (!content.zoneDefinitions.empty()) {
    ComponentReader reader(content.zoneDefinitions);
    for (auto kind = reader.next(); kind != ComponentReader::Kind::kEnd; kind = reader.next()) {
      if (kind != ComponentReader::Kind::kComponent) continue;
      const auto definition = readZoneDefinition(reader.component());
      if (definition.ok()) need(definition->name);
    }
  }
  for (const std::string& text : content.recurrence) {
    const auto line = parseLine(text);
    if (line && !line->parameters.empty()) need(line->parameter("TZID").value_or(""));
  }
}

void CalendarWriter::event(std::string& out, const WrittenEvent& event) {
  std::map<std::string, std::string, std::less<>> ids;
  writeZones(out, event.content, event.originalStart, ids);
  appendEvent(out, event, ids, now_);
}

std::string writeCalendar(const ImportedCalendar& calendar, base::Instant now) {
  base::UtcSeconds earliest{};
  for (const ImportedItem& item : calendar.items) {
    const base::UtcSeconds start(item.master.content.start.local.time_since_epoch());
    earliest = std::min(earliest, start - std::chrono::days(2));
  }
  std::string out;
  CalendarWriter writer(now, earliest);
  writer.begin(out, {calendar.name, calendar.description, calendar.color, calendar.timeZone});
  for (const ImportedItem& item : calendar.items) {
    const auto write = [&](const ImportedEvent& event, const EventTime* originalStart) {
      writer.event(out,
                   {item.uid, event.content, originalStart, event.created, event.lastModified});
    };
    if (!item.master.content.unknownLines.starts_with(kDetachedLine)) write(item.master, nullptr);
    for (const ImportedOverride& each : item.overrides) write(each.event, &each.originalStart);
  }
  writer.end(out);
  return out;
}

}  // namespace sw::calendar
