#pragma once

#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "base/zone.h"
#include "calendar/event.h"

/// Events as JSON, shaped as Google Calendar's events resource. The same text is what answers
/// carry and what the store keeps, so that reading many events needs no parsing.
namespace sw::calendar {

/// Where a body of an event comes from, and so how strict its reading is.
enum class EventJsonSource {
  kRequest,  // limits on lengths hold, unknown fields are problems
  kStored,   // what `appendDocument` wrote
};

/// Reads the content of an event. Times without a zone are read in `calendarZone`; where an
/// offset and a zone disagree, the offset fixes the instant. Everything wrong goes to `problems`
/// and the outcome is then to be thrown away. Fields that only answers carry are ignored.
EventContent readEventContent(base::json::Value body, const base::Zone& calendarZone,
                              EventJsonSource source, base::json::Problems& problems);

/// What makes an event whole beside its own fields: end not before start, both of one kind, a
/// recurrence that can be read and makes at least one occurrence. Adds to `problems`.
void checkEventContent(const EventContent& content, base::json::Problems& problems);

/// Appends one time: {"date":…}, {"dateTime":…,"timeZone":…}, or with "floating":true. `zone` is
/// the time's own, or for a floating time the calendar's.
void appendEventTime(std::string& out, const EventTime& time, const base::Zone& zone);

/// Appends the members `"start":…,"end":…` (no braces). Floating times are written without an
/// offset and so do not depend on the calendar's zone.
void appendDocumentTimes(std::string& out, const EventContent& content);
/// Appends every other member of the content that is not empty, each with a comma in front,
/// `recurrence` only where `withRecurrence` says so.
void appendDocumentDetails(std::string& out, const EventContent& content, bool withRecurrence);
/// Both: what `EventRecord::document` holds.
std::string toDocument(const EventContent& content);
/// The part of the content that no answer shows: `EventRecord::residue`. Empty for most.
std::string toResidue(const EventContent& content);

/// The content behind a stored row. `kCorrupted` when the texts are not what was written.
base::Result<EventContent> fromDocument(std::string_view document, std::string_view residue);

/// The `originalStartTime` in the stored document of a changed occurrence.
base::Result<EventTime> originalStartOf(std::string_view document, std::string_view residue);

/// Whether a stored document's times are wall-clock times read in the calendar's zone (all-day or
/// floating), told from its first bytes.
bool isWallClock(std::string_view document);

}  // namespace sw::calendar
