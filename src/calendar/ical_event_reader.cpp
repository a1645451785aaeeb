#include "calendar/ical_event_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/time_format.h"
#include "calendar/ical_alarm.h"
#include "calendar/ical_fields.h"
#include "calendar/ical_person.h"
#include "calendar/ical_values.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {
namespace {

/// Properties that come once; of a second one nothing is kept.
constexpr std::array<std::string_view, 17> kSingle = {
    "UID",      "DTSTAMP",     "DTSTART",       "DTEND",     "DURATION", "RECURRENCE-ID",
    "SUMMARY",  "DESCRIPTION", "LOCATION",      "STATUS",    "TRANSP",   "CLASS",
    "SEQUENCE", "CREATED",     "LAST-MODIFIED", "ORGANIZER", "COLOR"};

std::optional<base::Instant> instantOfLine(const ContentLine& line) {
  const auto time = readTime(line.value);
  if (!time) return std::nullopt;
  return base::Instant(std::chrono::microseconds(
      std::chrono::duration_cast<std::chrono::microseconds>(time->time.time_since_epoch())));
}

/// Reminders told of one event; more are no honest event, and each costs a look at the others.
constexpr std::size_t kMaxReminders = 1000;

/// 64 bits of FNV-1a.
std::uint64_t hashOf(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  return hash;
}

/// A UID for an event without one, the same whenever the same event is read again.
std::string madeUid(const Component& component) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const ContentLine& line : component.lines) {
    if (line.is("DTSTAMP") || line.is("CREATED") || line.is("LAST-MODIFIED") || line.is("UID")) {
      continue;
    }
    hash = hashOf("\n", hashOf(line.text, hash));
  }
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "no-uid-%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

}  // namespace

base::UtcSeconds toInstant(const EventTime& time, std::string_view zoneDefinitions) {
  if (!time.timeZone.empty() && !time.allDay) {
    if (const auto zone = resolveZone(time.timeZone, zoneDefinitions))
      return zone->toUtc(time.local);
  }
  return base::UtcSeconds(time.local.time_since_epoch());
}

void EventReader::note(std::size_t line, std::string problem, ImportIssue::Kind kind) {
  // Of one event this many are told, and always why it was left out.
  constexpr std::size_t kMost = 50;
  if (found_.size() >= kMost && kind == ImportIssue::Kind::kRepaired) return;
  found_.push_back({kind, line, {}, {}, std::move(problem)});
}

std::optional<ReadEvent> EventReader::read(const Component& component,
                                           const std::vector<TextDefect>& defects) {
  out_ = {};
  found_.clear();
  start_ = end_ = duration_ = recurrenceId_ = busyStatus_ = nullptr;
  recurrence_.clear();
  unknown_.clear();
  parameters_.clear();
  saysOrganizer_.clear();
  keptAddresses_.clear();
  defined_.clear();
  remindersMode_.clear();
  seen_ = 0;
  out_.line = component.number;
  for (const TextDefect& defect : defects) note(defect.line, defect.what);
  for (const ContentLine& line : component.lines) readLine(line);
  if (out_.uid.empty()) {
    out_.uid = madeUid(component);
    note(component.number, "UID is missing; one was made from the content");
  }
  readTimes();
  const bool usable = start_ != nullptr;
  if (usable) {
    readRecurrence();
    applyBusyStatus();
    readAlarms(component);
    finishPeople();
    content().unknownLines.clear();
    std::stable_sort(parameters_.begin(), parameters_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [place, line] : parameters_) content().unknownLines += line;
    content().unknownLines += unknown_;
    pruneDefinitions();
  }
  for (ImportIssue& issue : found_) {
    issue.uid = out_.uid;
    issue.summary = content().summary;
    issues_.push_back(std::move(issue));
  }
  if (!usable) return std::nullopt;
  return std::move(out_);
}

void EventReader::readLine(const ContentLine& line) {
  for (std::size_t i = 0; i < kSingle.size(); ++i) {
    if (!line.is(kSingle[i])) continue;
    if ((seen_ >> i & 1U) != 0) {
      note(line.number, "a second " + std::string(kSingle[i]) + " was left aside");
      return;
    }
    seen_ |= 1U << i;
    break;
  }
  if (line.is("DTSTART")) {
    start_ = &line;
  } else if (line.is("DTEND")) {
    end_ = &line;
  } else if (line.is("DURATION")) {
    duration_ = &line;
  } else if (line.is("RECURRENCE-ID")) {
    recurrenceId_ = &line;
  } else if (line.is("RRULE") || line.is("EXRULE") || line.is("RDATE") || line.is("EXDATE")) {
    recurrence_.push_back(&line);
  } else if (line.is("ORGANIZER") || line.is("ATTENDEE")) {
    readPeople(line);
  } else if (!readDetails(line) && !readOwn(line)) {
    keep(line);
  }
}

bool EventReader::readDetails(const ContentLine& line) {
  if (line.is("UID")) {
    out_.uid = unescapeText(trimmed(line.value));
  } else if (line.is("SUMMARY")) {
    content().summary = unescapeText(line.value);
    keepParameters("SUMMARY", line.parameters, {});
  } else if (line.is("DESCRIPTION")) {
    content().description = unescapeText(line.value);
    keepParameters("DESCRIPTION", line.parameters, {});
  } else if (line.is("LOCATION")) {
    content().location = unescapeText(line.value);
    keepParameters("LOCATION", line.parameters, {});
  } else if (line.is("DTSTAMP")) {
    if (const auto at = instantOfLine(line)) {
      out_.stamp = std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch().count();
    }
  } else if (line.is("CREATED")) {
    out_.event.created = instantOfLine(line);
  } else if (line.is("LAST-MODIFIED")) {
    out_.event.lastModified = instantOfLine(line);
  } else if (line.is("SEQUENCE")) {
    const std::string_view value = trimmed(line.value);
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), content().sequence);
    if (error != std::errc() || content().sequence < 0) content().sequence = 0;
  } else if (line.is("COLOR")) {
    content().colorId = unescapeText(trimmed(line.value));
  } else if (const auto outcome = readChoice(line, content()); outcome != ChoiceOutcome::kOther) {
    if (outcome == ChoiceOutcome::kUnknownValue) {
      note(line.number, std::string(line.name) + " has the unknown value '" +
                            std::string(trimmed(line.value).substr(0, 40)) +
                            "', read as the default");
    }
  } else {
    return false;
  }
  return true;
}

/// Properties that carry what RFC 5545 has no place for.
bool EventReader::readOwn(const ContentLine& line) {
  if (line.is("X-MICROSOFT-CDO-BUSYSTATUS")) {
    busyStatus_ = &line;
    return true;
  }
  if (line.name.size() < 6 || !equalsIgnoringCase(line.name.substr(0, 5), "X-SW-")) return false;
  // Only a reading says this, of what it made itself.
  if (line.is("X-SW-DETACHED")) return true;
  if (line.is("X-SW-REMINDERS")) {
    remindersMode_ = std::string(trimmed(line.value));
    return true;
  }
  return readOwnField(line, content());
}

bool EventReader::saw(std::string_view name) const {
  const auto* at = std::find(kSingle.begin(), kSingle.end(), name);
  return (seen_ >> static_cast<unsigned>(at - kSingle.begin()) & 1U) != 0;
}

/// Outlook tells more by its own property than by TRANSP and STATUS, and sometimes nothing else.
void EventReader::applyBusyStatus() {
  if (busyStatus_ == nullptr) return;
  const std::string_view value = trimmed(busyStatus_->value);
  const bool free = equalsIgnoringCase(value, "FREE");
  if (!saw("TRANSP") && free) content().transparency = Transparency::kTransparent;
  if (!saw("STATUS") && equalsIgnoringCase(value, "TENTATIVE")) {
    content().status = EventStatus::kTentative;
  }
  // Where the two contradict each other TRANSP counts, and the other is not handed on.
  if (free == (content().transparency == Transparency::kTransparent)) keep(*busyStatus_);
}

void EventReader::readPeople(const ContentLine& line) {
  std::string rest;
  if (line.is("ORGANIZER")) {
    content().organizer = readOrganizer(line, rest);
    if (!rest.empty()) keepParameters("ORGANIZER", rest, toAddress(content().organizer->email));
    return;
  }
  bool says = false;
  content().attendees.push_back(readAttendee(line, rest, says));
  saysOrganizer_.push_back(says);
  const std::string& email = content().attendees.back().person.email;
  if (!rest.empty() && keptAddresses_.insert(email).second) {
    keepParameters("ATTENDEE", rest, toAddress(email));
  }
}

void EventReader::finishPeople() {
  for (std::size_t i = 0; i < content().attendees.size(); ++i) {
    Attendee& attendee = content().attendees[i];
    if (saysOrganizer_[i]) continue;
    attendee.organizer = content().organizer.has_value() &&
                         equalsIgnoringCase(attendee.person.email, content().organizer->email);
  }
}

void EventReader::keepParameters(std::string_view name, std::string_view parameters,
                                 std::string_view value) {
  if (parameters.empty()) return;
  std::string kept;
  for (const Parameter& each : splitParameters(parameters)) {
    if (equalsIgnoringCase(each.name, "CHARSET") || equalsIgnoringCase(each.name, "ENCODING") ||
        equalsIgnoringCase(each.name, "VALUE") || each.value.empty()) {
      continue;
    }
    kept.append(";").append(each.name).append("=").append(each.value);
  }
  if (kept.empty()) return;
  const auto* at = std::find(kWithParameters.begin(), kWithParameters.end(), name);
  parameters_.emplace_back(static_cast<int>(at - kWithParameters.begin()),
                           std::string(name) + kept + ":" + std::string(value) + "\n");
}

void EventReader::readAlarms(const Component& component) {
  Reminders& reminders = content().reminders;
  bool any = false;
  std::string alarms;  // after all else, as they are written
  for (const Component& child : component.children) {
    if (!child.is("VALARM")) {
      unknown_ += child.text;
      continue;
    }
    any = true;
    const auto reminder = toReminder(child);
    if (reminder && reminders.overrides.size() < kMaxReminders &&
        std::find(reminders.overrides.begin(), reminders.overrides.end(), *reminder) ==
            reminders.overrides.end()) {
      reminders.overrides.push_back(*reminder);
    }
    const bool plain = reminder && child.text == alarmText(*reminder, content().summary);
    if (!plain) alarms += child.text;
  }
  unknown_ += alarms;
  reminders.useDefault = !any;
  if (equalsIgnoringCase(remindersMode_, "NONE")) reminders.useDefault = false;
  if (equalsIgnoringCase(remindersMode_, "DEFAULT")) reminders.useDefault = true;
}

}  // namespace sw::calendar
