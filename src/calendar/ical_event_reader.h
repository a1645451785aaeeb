#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/ical_components.h"
#include "calendar/ical_reader.h"
#include "calendar/ical_zone_mapper.h"
#include "calendar/recurrence.h"

namespace sw::calendar {

/// A VEVENT as it was read, before it is put together with the others of its UID.
struct ReadEvent {
  std::size_t line = 0;
  std::string uid;
  ImportedEvent event;
  std::optional<EventTime> recurrenceId;
  bool andFollowing = false;  // RANGE=THISANDFUTURE
  std::int64_t stamp = 0;     // DTSTAMP, seconds since 1970; tells which of two is newer
};

/// Reads VEVENTs of one file. One thread.
class EventReader {
 public:
  /// Both must outlive the reader. Issues are appended to `issues`.
  EventReader(ZoneMapper& zones, std::vector<ImportIssue>& issues)
      : zones_(zones), issues_(issues) {}

  /// Nothing when the event cannot be kept, which is then an issue.
  std::optional<ReadEvent> read(const Component& component, const std::vector<TextDefect>& defects);

 private:
  void readLine(const ContentLine& line);
  bool readDetails(const ContentLine& line);
  bool readOwn(const ContentLine& line);
  void readPeople(const ContentLine& line);
  void readTimes();
  void readEnd(const ContentLine& line);
  void readLength(const ContentLine& line);
  void checkOrder();
  std::optional<EventTime> timeOf(const ContentLine& line);
  /// The name for `EventTime::timeZone`; empty and an issue when the TZID means nothing.
  std::string zoneOf(const std::string& tzid, const ContentLine& line);
  /// Leaves out the definitions of zones that are named nowhere after all.
  void pruneDefinitions();
  void readRecurrence();
  void readRule(const ContentLine& line);
  void readDates(const ContentLine& line);
  void finishRecurrence();
  void addStart(Recurrence recurrence);
  void readAlarms(const Component& component);
  void finishPeople();
  void applyBusyStatus();
  [[nodiscard]] bool saw(std::string_view name) const;
  void note(std::size_t line, std::string problem,
            ImportIssue::Kind kind = ImportIssue::Kind::kRepaired);
  /// Keeps a line as it stands.
  void keep(const ContentLine& line) { unknown_.append(line.text).append("\n"); }
  /// Keeps the parameters of a line that a field holds.
  void keepParameters(std::string_view name, std::string_view parameters, std::string_view value);
  [[nodiscard]] EventContent& content() { return out_.event.content; }

  ZoneMapper& zones_;
  std::vector<ImportIssue>& issues_;

  // Of the event being read.
  ReadEvent out_;
  std::vector<ImportIssue> found_;
  const ContentLine* start_ = nullptr;
  const ContentLine* end_ = nullptr;
  const ContentLine* duration_ = nullptr;
  const ContentLine* recurrenceId_ = nullptr;
  std::vector<const ContentLine*> recurrence_;
  std::string unknown_;
  std::vector<std::pair<int, std::string>> parameters_;  // by place in a written event
  std::vector<bool> saysOrganizer_;
  std::set<std::string> keptAddresses_;  // attendees with parameters kept
  const ContentLine* busyStatus_ = nullptr;
  std::string remindersMode_;
  unsigned seen_ = 0;  // bits of `kSingle`

  std::vector<const ZoneMapper::Mapped*> defined_;  // zones the event carries the definition of
  std::size_t definitionBytes_ = 0;                 // of definitions that events of the file carry
};

/// The instant of a time in its own zone; wall clock read as UTC where it has none (or one that
/// cannot be resolved).
base::UtcSeconds toInstant(const EventTime& time, std::string_view zoneDefinitions);

}  // namespace sw::calendar
