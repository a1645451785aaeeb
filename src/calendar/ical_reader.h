#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "calendar/event.h"

/// Reads iCalendar files (RFC 5545, and what remains of vCalendar 1.0).
namespace sw::calendar {

struct ReadOptions {
  std::size_t maxBytes = std::size_t{32} * 1024 * 1024;
  /// Reports kept; what is above is only counted.
  std::size_t maxIssues = 1000;
};

/// What is told about one item of a file.
struct ImportIssue {
  enum class Kind {
    kRepaired,  // read, with a repair that may matter to its owner
    kSkipped,   // not read: of a kind that this program does not keep, or beyond repair
  };
  Kind kind = Kind::kRepaired;
  std::size_t line = 0;  // in the file, from 1
  std::string uid;       // of the item; empty for the calendar itself
  std::string summary;
  std::string problem;  // what was wrong and what was done, one sentence without a full stop

  friend bool operator==(const ImportIssue&, const ImportIssue&) = default;
};

/// A single event, a series, or one changed occurrence, with what a file tells about its writing.
struct ImportedEvent {
  EventContent content;
  std::optional<base::Instant> created;       // CREATED
  std::optional<base::Instant> lastModified;  // LAST-MODIFIED

  friend bool operator==(const ImportedEvent&, const ImportedEvent&) = default;
};

struct ImportedOverride {
  EventTime originalStart;
  OccurrenceKey originalKey;
  ImportedEvent event;

  friend bool operator==(const ImportedOverride&, const ImportedOverride&) = default;
};

/// All that a file says under one UID.
struct ImportedItem {
  std::string uid;
  ImportedEvent master;
  std::vector<ImportedOverride> overrides;  // ascending by key

  friend bool operator==(const ImportedItem&, const ImportedItem&) = default;
};

/// What a file says of the calendar itself.
struct CalendarHead {
  std::string name;         // NAME or X-WR-CALNAME
  std::string description;  // DESCRIPTION or X-WR-CALDESC
  std::string color;        // COLOR or X-APPLE-CALENDAR-COLOR, as written
  std::string timeZone;     // X-WR-TIMEZONE as a tz name; empty where none is known
};

struct ImportedCalendar : CalendarHead {
  std::vector<ImportedItem> items;  // in the order of the file
  std::vector<ImportIssue> issues;
  std::size_t issuesDropped = 0;  // above `ReadOptions::maxIssues`
};

/// Reads a whole file at once; `CalendarFile` yields the same item by item, for large ones.
/// Whatever can be kept is kept and whatever was repaired or left out is an issue, so that one bad
/// item harms no other. Of a UID and RECURRENCE-ID that come twice the one
/// with the higher SEQUENCE, then the later DTSTAMP, stays. Changed occurrences without their
/// series get one that has just these (see `kDetachedLine`); RANGE=THISANDFUTURE becomes a series
/// of its own under the UID "{uid}_R{key}". Tasks, journals and free/busy times are skipped.
/// `kPayloadTooLarge` above `maxBytes`; `kMalformed` when there is nothing of a calendar in it.
/// Does not block but for the first use of a zone. Linear in the size.
base::Result<ImportedCalendar> readCalendar(std::string_view bytes,
                                            const ReadOptions& options = {});

/// In `EventContent::unknownLines` of a series that stands for changed occurrences whose own
/// series is not known; an export leaves such a series out.
inline constexpr std::string_view kDetachedLine = "X-SW-DETACHED:TRUE";

}  // namespace sw::calendar
