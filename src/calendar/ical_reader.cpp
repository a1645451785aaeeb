#include "calendar/ical_reader.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "calendar/ical_assemble.h"
#include "calendar/ical_charset.h"
#include "calendar/ical_components.h"
#include "calendar/ical_event_reader.h"
#include "calendar/ical_timezone.h"
#include "calendar/zone_alias.h"

namespace sw::calendar {
namespace {

/// Changed occurrences of one event; so many no person made.
constexpr std::size_t kMaxOverrides = 10'000;

/// X-WR-TIMEZONE as a name of the tz database; empty where there is none that is known.
std::string calendarZone(std::string_view text) {
  const std::size_t at = text.find("X-WR-TIMEZONE");
  if (at == std::string_view::npos || (at > 0 && text[at - 1] != '\n' && text[at - 1] != '\r')) {
    return {};
  }
  LineReader lines(text.substr(at));
  if (!lines.next()) return {};
  const auto line = parseLine(lines.text());
  const auto alias = line ? findZoneAlias(unescapeText(line->value)) : std::nullopt;
  return alias ? alias->tzName : std::string();
}

class CalendarReader {
 public:
  CalendarReader(std::string_view text, const ReadOptions& options)
      : options_(options),
        components_(text),
        zones_(text, calendarZone(text)),
        events_(zones_, out_.issues) {
    out_.timeZone = calendarZone(text);
  }

  base::Result<ImportedCalendar> read();

 private:
  void readProperty(const ContentLine& line);
  void readComponent(const Component& component);
  void readEvent(const Component& component);
  void addMaster(EventGroup& group, ReadEvent event);
  void skip(const Component& component, std::string problem);
  void noteDefects();
  void capIssues();

  const ReadOptions& options_;
  ImportedCalendar out_;
  ComponentReader components_;
  ZoneMapper zones_;
  EventReader events_;
  std::deque<EventGroup> groups_;
  std::unordered_map<std::string, std::size_t> groupOf_;
  bool anyComponent_ = false;
  bool anyVersion_ = false;
};

base::Result<ImportedCalendar> CalendarReader::read() {
  using Kind = ComponentReader::Kind;
  for (Kind kind = components_.next(); kind != Kind::kEnd; kind = components_.next()) {
    if (kind == Kind::kProperty) {
      noteDefects();
      readProperty(components_.property());
    } else {
      anyComponent_ = true;
      readComponent(components_.component());
    }
    capIssues();
  }
  noteDefects();
  if (!anyComponent_ && !components_.sawCalendar()) {
    return base::Error(base::Code::kMalformed,
                       "this is no calendar: expected a file that begins with BEGIN:VCALENDAR");
  }
  if (!anyVersion_) {
    out_.issues.push_back(
        {ImportIssue::Kind::kRepaired, 1, {}, {}, "VERSION is missing; read as 2.0"});
  }
  out_.items.reserve(groups_.size());
  groupOf_ = {};
  std::size_t definitionBytes = 0;
  // Each group goes as its item comes, so that a large file is never in memory twice.
  for (; !groups_.empty(); groups_.pop_front()) {
    assemble(std::move(groups_.front()), out_.items, out_.issues, definitionBytes);
    capIssues();
  }
  return std::move(out_);
}

void CalendarReader::capIssues() {
  if (out_.issues.size() <= options_.maxIssues) return;
  out_.issuesDropped += out_.issues.size() - options_.maxIssues;
  out_.issues.resize(options_.maxIssues);
}

void CalendarReader::noteDefects() {
  for (const TextDefect& defect : components_.defects()) {
    out_.issues.push_back({ImportIssue::Kind::kRepaired, defect.line, {}, {}, defect.what});
  }
}

void CalendarReader::readProperty(const ContentLine& line) {
  const auto take = [&](std::string_view name, std::string& into, bool preferred) {
    if (!line.is(name)) return;
    if (preferred || into.empty()) into = unescapeText(trimmed(line.value));
  };
  take("NAME", out_.name, true);
  take("X-WR-CALNAME", out_.name, false);
  take("DESCRIPTION", out_.description, true);
  take("X-WR-CALDESC", out_.description, false);
  take("COLOR", out_.color, true);
  take("X-APPLE-CALENDAR-COLOR", out_.color, false);
  if (line.is("VERSION")) anyVersion_ = true;
}

void CalendarReader::readComponent(const Component& component) {
  if (component.is("VEVENT")) {
    readEvent(component);
    return;
  }
  noteDefects();
  if (component.is("VTIMEZONE")) {
    if (const auto zone = readZoneDefinition(component); !zone.ok()) {
      skip(component, zone.error().message() + "; it was left out");
    }
  } else if (component.is("VTODO")) {
    skip(component, "a task (VTODO), which an import of events leaves out");
  } else if (component.is("VJOURNAL")) {
    skip(component, "a journal entry (VJOURNAL), which an import of events leaves out");
  } else if (component.is("VFREEBUSY")) {
    skip(component, "free/busy times (VFREEBUSY), which an import of events leaves out");
  } else {
    skip(component, "a component that is no event (" + std::string(component.name.substr(0, 40)) +
                        ") was left out");
  }
}

void CalendarReader::skip(const Component& component, std::string problem) {
  const ContentLine* uid = component.find("UID");
  const ContentLine* summary = component.find("SUMMARY");
  out_.issues.push_back({ImportIssue::Kind::kSkipped, component.number,
                         uid != nullptr ? unescapeText(trimmed(uid->value)) : std::string(),
                         summary != nullptr ? unescapeText(summary->value) : std::string(),
                         std::move(problem)});
}

void CalendarReader::readEvent(const Component& component) {
  auto event = events_.read(component, components_.defects());
  if (!event) return;
  const auto [it, isNew] = groupOf_.emplace(event->uid, groups_.size());
  if (isNew) groups_.push_back({event->uid, {}, {}});
  EventGroup& group = groups_[it->second];
  if (event->recurrenceId && group.overrides.size() >= kMaxOverrides) {
    skip(component, "the event has more than 10,000 changed occurrences; this one was left out");
  } else if (event->recurrenceId) {
    group.overrides.push_back(*std::move(event));
  } else {
    addMaster(group, *std::move(event));
  }
}

void CalendarReader::addMaster(EventGroup& group, ReadEvent event) {
  if (group.master) {
    const bool newer = isNewer(event, *group.master);
    const ReadEvent& dropped = newer ? *group.master : event;
    out_.issues.push_back({ImportIssue::Kind::kSkipped, dropped.line, dropped.uid,
                           dropped.event.content.summary,
                           "another event has the same UID; the newer one was kept"});
    if (!newer) return;
  }
  group.master = std::move(event);
}

}  // namespace

base::Result<ImportedCalendar> readCalendar(std::string_view bytes, const ReadOptions& options) {
  if (bytes.size() > options.maxBytes) {
    return base::Error(
        base::Code::kPayloadTooLarge,
        "a calendar file has at most " + std::to_string(options.maxBytes / (1024 * 1024)) + " MiB");
  }
  std::string converted;
  return CalendarReader(withoutByteOrderMark(bytes, converted), options).read();
}

}  // namespace sw::calendar
