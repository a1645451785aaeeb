#include <algorithm>

#include "calendar/event_length.h"
#include "calendar/ical_event_reader.h"
#include "calendar/ical_values.h"
#include "calendar/ical_zone.h"

/// When an event takes place: DTSTART, DTEND, DURATION and RECURRENCE-ID (RFC 5545, sections
/// 3.6.1 and 3.8.2) of the event reader.
namespace sw::calendar {
namespace {

/// What all events of a file may carry of definitions, so that a small file stays small.
constexpr std::size_t kMaxDefinitionBytes = std::size_t{64} * 1024 * 1024;

constexpr base::LocalSeconds kLatest = std::chrono::local_days(std::chrono::year(9999) / 12 / 31) +
                                       std::chrono::hours(24) - std::chrono::seconds(1);

base::LocalSeconds dayOf(base::LocalSeconds time) {
  return std::chrono::floor<std::chrono::days>(time);
}

}  // namespace

std::string EventReader::zoneOf(const std::string& tzid, const ContentLine& line) {
  const ZoneMapper::Mapped& zone = zones_.map(tzid);
  const auto once = [&](std::string problem) {
    const bool told = std::any_of(found_.begin(), found_.end(),
                                  [&](const ImportIssue& each) { return each.problem == problem; });
    if (!told) note(line.number, std::move(problem));
  };
  if (!zone.known || definitionBytes_ > kMaxDefinitionBytes) {
    once("time zone '" + tzid + "' is neither known nor defined; read in the calendar's zone");
    return {};
  }
  if (!zone.remark.empty()) once(zone.remark);
  std::string& definitions = content().zoneDefinitions;
  if (!zone.definition.empty() && definitions.find(zone.definition) == std::string::npos) {
    definitions += zone.definition;
    defined_.push_back(&zone);
    definitionBytes_ += zone.definition.size();
  }
  return zone.name;
}

void EventReader::pruneDefinitions() {
  if (defined_.empty()) return;
  const auto& lines = content().recurrence;
  content().zoneDefinitions.clear();
  for (const ZoneMapper::Mapped* zone : defined_) {
    const std::string parameter = "TZID=" + encodeParameter(zone->name);
    const bool used =
        content().start.timeZone == zone->name || content().end.timeZone == zone->name ||
        (out_.recurrenceId && out_.recurrenceId->timeZone == zone->name) ||
        std::any_of(
            lines.begin(), lines.end(),
            [&](const std::string& line) { return line.find(parameter) != std::string::npos; }) ||
        unknown_.find(parameter) != std::string::npos;
    if (used) content().zoneDefinitions += zone->definition;
  }
}

std::optional<EventTime> EventReader::timeOf(const ContentLine& line) {
  const auto time = readTime(line.value);
  if (!time) return std::nullopt;
  EventTime out{time->time, time->kind == Until::Kind::kDate, {}};
  const auto type = line.parameter("VALUE");
  if (type && equalsIgnoringCase(*type, "DATE") && !out.allDay) {
    note(line.number,
         std::string(line.name) + " is declared a date but has a time; the date counts");
    out.local = dayOf(out.local);
    out.allDay = true;
  }
  if (out.allDay) return out;
  if (time->kind == Until::Kind::kUtc) {
    out.timeZone = "UTC";
  } else if (const auto tzid = line.parameter("TZID"); tzid && !tzid->empty()) {
    out.timeZone = zoneOf(*tzid, line);
  }
  return out;
}

void EventReader::readTimes() {
  const auto start = start_ != nullptr ? timeOf(*start_) : std::nullopt;
  if (!start) {
    note(start_ != nullptr ? start_->number : out_.line,
         start_ != nullptr ? "DTSTART is no date or time; the event was left out"
                           : "DTSTART is missing; the event was left out",
         ImportIssue::Kind::kSkipped);
    start_ = nullptr;
    return;
  }
  content().start = *start;
  // Without an end: the whole day, or no time at all (RFC 5545, section 3.6.1).
  content().end = *start;
  if (start->allDay) content().end.local += std::chrono::days(1);
  if (end_ != nullptr) {
    readEnd(*end_);
  } else if (duration_ != nullptr) {
    readLength(*duration_);
  }
  if (content().end.local > kLatest) content().end.local = std::max(content().start.local, kLatest);
  checkOrder();
  if (!nominalLengthOf(content())) content().duration.clear();
  if (recurrenceId_ == nullptr) return;
  out_.recurrenceId = timeOf(*recurrenceId_);
  if (!out_.recurrenceId) {
    note(recurrenceId_->number, "RECURRENCE-ID is no date or time; read as an event of its own");
    return;
  }
  const auto range = recurrenceId_->parameter("RANGE");
  out_.andFollowing = range && equalsIgnoringCase(*range, "THISANDFUTURE");
  if (range && !out_.andFollowing) {
    note(recurrenceId_->number,
         "RANGE=" + *range + " is not supported; only this occurrence changes");
  }
}

void EventReader::readEnd(const ContentLine& line) {
  auto end = timeOf(line);
  if (!end) {
    note(line.number, "DTEND is no date or time; read as missing");
    if (duration_ != nullptr) readLength(*duration_);
    return;
  }
  const EventTime& start = content().start;
  if (start.allDay && !end->allDay) {
    note(line.number, "DTEND has a time though DTSTART is a date; its date counts");
    const bool midnight = end->local == dayOf(end->local);
    end->local = dayOf(end->local) + std::chrono::days(midnight ? 0 : 1);
    end->allDay = true;
    end->timeZone.clear();
  } else if (!start.allDay && end->allDay) {
    note(line.number, "DTEND is a date though DTSTART has a time; its midnight counts");
    end->allDay = false;
    end->timeZone = start.timeZone;
  } else if (start.timeZone.empty() != end->timeZone.empty()) {
    // One of the two floats: only read in the same zone do they make a length.
    end->timeZone = start.timeZone;
  }
  content().end = *std::move(end);
}

void EventReader::readLength(const ContentLine& line) {
  const auto duration = readDuration(line.value);
  if (!duration || duration->negative()) {
    note(line.number, duration ? "DURATION is negative; read as missing"
                               : "DURATION is no duration; read as missing");
    return;
  }
  const EventTime& start = content().start;
  EventTime& end = content().end;
  end = start;
  if (start.allDay) {
    end.local += duration->days + std::chrono::ceil<std::chrono::days>(duration->seconds);
  } else {
    const auto zone =
        resolveZone(start.timeZone.empty() ? "UTC" : start.timeZone, content().zoneDefinitions);
    end.local = endAfter(start.local, {duration->days, duration->seconds},
                         zone.ok() ? *zone : base::Zone::utc());
  }
  content().duration = trimmed(line.value);
}

void EventReader::checkOrder() {
  const EventTime& start = content().start;
  EventTime& end = content().end;
  const std::size_t line = end_ != nullptr ? end_->number : out_.line;
  if (start.allDay) {
    if (end.local > start.local) return;
    if (end.local < start.local) note(line, "DTEND is before DTSTART; read as one day");
    // An end on the day of the start is a common way to write a single day.
    end.local = start.local + std::chrono::days(1);
    return;
  }
  const std::string& definitions = content().zoneDefinitions;
  if (toInstant(end, definitions) >= toInstant(start, definitions)) return;
  note(line, "DTEND is before DTSTART; read as an event without duration");
  end = start;
}

}  // namespace sw::calendar
