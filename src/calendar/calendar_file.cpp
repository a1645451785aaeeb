#include "calendar/calendar_file.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

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

/// Where an event stands in the text.
struct Place {
  std::size_t begin = 0;
  std::size_t length = 0;
  std::size_t line = 0;  // of its BEGIN, from 1
};

/// The events of one UID. Their content is read again when their turn comes.
struct Group {
  std::optional<Place> master;
  Newness newness;  // of the master
  std::vector<Place> overrides;
};

}  // namespace

class CalendarFile::Reading {
 public:
  Reading(std::string bytes, const ReadOptions& options)
      : options_(options),
        bytes_(std::move(bytes)),
        text_(withoutByteOrderMark(bytes_, converted_)) {
    if (!converted_.empty()) bytes_ = {};
    head_.timeZone = calendarZone(text_);
  }

  base::Result<void> look();
  std::optional<ImportedItem> next();
  void rewind();

  [[nodiscard]] const CalendarHead& head() const { return head_; }
  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  [[nodiscard]] const std::deque<ImportIssue>& issues() const { return issues_; }
  [[nodiscard]] std::size_t issuesDropped() const { return dropped_; }

 private:
  /// One way through the file: zones as far as they were worked out, what events carry of them.
  struct Pass {
    Pass(std::string_view text, const std::string& zone)
        : zones(text, zone), events(zones, found) {}

    std::vector<ImportIssue> found;
    ZoneMapper zones;
    EventReader events;
  };

  void readProperty(const ContentLine& line);
  void readComponent(const Component& component);
  void readEvent(const Component& component);
  void addMaster(Group& group, const ReadEvent& event, const Place& place);
  [[nodiscard]] Place placeOf(const Component& component) const;
  ReadEvent readAt(const Place& place);
  void skip(const Component& component, std::string problem);
  void noteDefects();
  void take(std::vector<ImportIssue>& found);
  void add(ImportIssue issue);

  const ReadOptions options_;
  std::string bytes_;
  std::string converted_;
  const std::string_view text_;
  CalendarHead head_;
  std::deque<ImportIssue> issues_;
  std::size_t dropped_ = 0;
  std::vector<Group> groups_;

  // While looking.
  std::optional<ComponentReader> components_;
  std::unordered_map<std::string, std::size_t> groupOf_;
  bool anyComponent_ = false;
  bool anyVersion_ = false;

  // Of the way through the items.
  std::optional<Pass> pass_;
  std::size_t issuesOfLook_ = 0;
  std::size_t droppedOfLook_ = 0;
  std::size_t at_ = 0;
  std::deque<ImportedItem> ready_;
  std::size_t definitionBytes_ = 0;
};

base::Result<void> CalendarFile::Reading::look() {
  using Kind = ComponentReader::Kind;
  components_.emplace(text_);
  pass_.emplace(text_, head_.timeZone);
  for (Kind kind = components_->next(); kind != Kind::kEnd; kind = components_->next()) {
    if (kind == Kind::kProperty) {
      noteDefects();
      readProperty(components_->property());
    } else {
      anyComponent_ = true;
      readComponent(components_->component());
    }
  }
  noteDefects();
  if (!anyComponent_ && !components_->sawCalendar()) {
    return base::Error(base::Code::kMalformed,
                       "this is no calendar: expected a file that begins with BEGIN:VCALENDAR");
  }
  if (!anyVersion_) {
    add({ImportIssue::Kind::kRepaired, 1, {}, {}, "VERSION is missing; read as 2.0"});
  }
  components_.reset();
  groupOf_ = {};
  issuesOfLook_ = issues_.size();
  droppedOfLook_ = dropped_;
  rewind();
  return {};
}

void CalendarFile::Reading::rewind() {
  issues_.resize(issuesOfLook_);
  dropped_ = droppedOfLook_;
  pass_.emplace(text_, head_.timeZone);
  at_ = 0;
  ready_.clear();
  definitionBytes_ = 0;
}

std::optional<ImportedItem> CalendarFile::Reading::next() {
  if (ready_.empty() && at_ < groups_.size()) {
    const Group& places = groups_[at_++];
    EventGroup group;
    if (places.master) group.master = readAt(*places.master);
    group.overrides.reserve(places.overrides.size());
    for (const Place& each : places.overrides) group.overrides.push_back(readAt(each));
    group.uid = group.master ? group.master->uid : group.overrides.front().uid;
    // What is wrong with each of them was told when the file was opened.
    pass_->found.clear();
    std::vector<ImportedItem> items;
    assemble(std::move(group), items, pass_->found, definitionBytes_);
    take(pass_->found);
    for (ImportedItem& item : items) ready_.push_back(std::move(item));
  }
  if (ready_.empty()) return std::nullopt;
  std::optional<ImportedItem> item = std::move(ready_.front());
  ready_.pop_front();
  return item;
}

/// An event that was found good before.
ReadEvent CalendarFile::Reading::readAt(const Place& place) {
  ComponentReader reader(text_.substr(place.begin, place.length), place.line - 1);
  reader.next();
  return pass_->events.read(reader.component(), {}).value_or(ReadEvent{});
}

Place CalendarFile::Reading::placeOf(const Component& component) const {
  const std::size_t begin = text_.size() - components_->leftFromComponent();
  return {begin, text_.size() - components_->left() - begin, component.number};
}

void CalendarFile::Reading::add(ImportIssue issue) {
  if (issues_.size() < options_.maxIssues) {
    issues_.push_back(std::move(issue));
  } else {
    ++dropped_;
  }
}

void CalendarFile::Reading::take(std::vector<ImportIssue>& found) {
  for (ImportIssue& issue : found) add(std::move(issue));
  found.clear();
}

void CalendarFile::Reading::noteDefects() {
  for (const TextDefect& defect : components_->defects()) {
    add({ImportIssue::Kind::kRepaired, defect.line, {}, {}, defect.what});
  }
}

void CalendarFile::Reading::readProperty(const ContentLine& line) {
  const auto read = [&](std::string_view name, std::string& into, bool preferred) {
    if (!line.is(name)) return;
    if (preferred || into.empty()) into = unescapeText(trimmed(line.value));
  };
  read("NAME", head_.name, true);
  read("X-WR-CALNAME", head_.name, false);
  read("DESCRIPTION", head_.description, true);
  read("X-WR-CALDESC", head_.description, false);
  read("COLOR", head_.color, true);
  read("X-APPLE-CALENDAR-COLOR", head_.color, false);
  if (line.is("VERSION")) anyVersion_ = true;
}

void CalendarFile::Reading::readComponent(const Component& component) {
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

void CalendarFile::Reading::skip(const Component& component, std::string problem) {
  const ContentLine* uid = component.find("UID");
  const ContentLine* summary = component.find("SUMMARY");
  add({ImportIssue::Kind::kSkipped, component.number,
       uid != nullptr ? unescapeText(trimmed(uid->value)) : std::string(),
       summary != nullptr ? unescapeText(summary->value) : std::string(), std::move(problem)});
}

void CalendarFile::Reading::readEvent(const Component& component) {
  const auto event = pass_->events.read(component, components_->defects());
  take(pass_->found);
  if (!event) return;
  const auto [it, isNew] = groupOf_.emplace(event->uid, groups_.size());
  if (isNew) groups_.emplace_back();
  Group& group = groups_[it->second];
  if (event->recurrenceId && group.overrides.size() >= kMaxOverrides) {
    skip(component, "the event has more than 10,000 changed occurrences; this one was left out");
  } else if (event->recurrenceId) {
    group.overrides.push_back(placeOf(component));
  } else {
    addMaster(group, *event, placeOf(component));
  }
}

void CalendarFile::Reading::addMaster(Group& group, const ReadEvent& event, const Place& place) {
  const Newness newness = newnessOf(event);
  const bool newer = !group.master || newness >= group.newness;
  if (group.master) {
    const Place& dropped = newer ? *group.master : place;
    ReadEvent told = readAt(dropped);
    pass_->found.clear();
    add({ImportIssue::Kind::kSkipped, told.line, std::move(told.uid),
         std::move(told.event.content.summary),
         "another event has the same UID; the newer one was kept"});
  }
  if (!newer) return;
  group.master = place;
  group.newness = newness;
}

base::Result<std::unique_ptr<CalendarFile>> CalendarFile::open(std::string bytes,
                                                               const ReadOptions& options) {
  if (bytes.size() > options.maxBytes) {
    return base::Error(
        base::Code::kPayloadTooLarge,
        "a calendar file has at most " + std::to_string(options.maxBytes / (1024 * 1024)) + " MiB");
  }
  auto reading = std::make_unique<Reading>(std::move(bytes), options);
  SW_CHECK(reading->look());
  return std::unique_ptr<CalendarFile>(new CalendarFile(std::move(reading)));
}

CalendarFile::CalendarFile(std::unique_ptr<Reading> reading) : reading_(std::move(reading)) {}
CalendarFile::~CalendarFile() = default;

const CalendarHead& CalendarFile::head() const { return reading_->head(); }
std::size_t CalendarFile::size() const { return reading_->size(); }
std::optional<ImportedItem> CalendarFile::next() { return reading_->next(); }
void CalendarFile::rewind() { reading_->rewind(); }
const std::deque<ImportIssue>& CalendarFile::issues() const { return reading_->issues(); }
std::size_t CalendarFile::issuesDropped() const { return reading_->issuesDropped(); }

}  // namespace sw::calendar
