#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calendar/ical_event_reader.h"
#include "calendar/ical_reader.h"

namespace sw::calendar {

/// What a file has under one UID, as it was read.
struct EventGroup {
  std::string uid;
  std::optional<ReadEvent> master;
  std::vector<ReadEvent> overrides;  // those with a RECURRENCE-ID
};

/// Puts the events of one UID together: changed occurrences tied to their series by key, twins
/// dropped, RANGE=THISANDFUTURE split off. Appends one item, and one more for each split. What
/// was decided is appended to `issues`. `definitionBytes` counts what changed occurrences get of
/// their series' time zone definitions, over all groups of a file.
void assemble(EventGroup group, std::vector<ImportedItem>& items, std::vector<ImportIssue>& issues,
              std::size_t& definitionBytes);

/// How new a state of an event is: SEQUENCE, then DTSTAMP. Of equals the later read counts.
struct Newness {
  std::int64_t sequence = 0;
  std::int64_t stamp = 0;

  friend auto operator<=>(const Newness&, const Newness&) = default;
};
Newness newnessOf(const ReadEvent& event);

}  // namespace sw::calendar
