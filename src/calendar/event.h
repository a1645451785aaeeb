#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "base/zone.h"

/// Events as people wrote them. Plain values: no store, no zone look-up, no thread rules.
namespace sw::calendar {

/// A point in time as written: wall clock and the zone it is read in. UTC is derived from it.
struct EventTime {
  base::LocalSeconds local{};  // midnight for an all-day one
  bool allDay = false;         // a date; RFC 5545's VALUE=DATE
  /// Name of the zone: of the tz database, or of a definition in `Event::zoneDefinitions`. Empty
  /// for all-day and floating times, which are read in the calendar's zone.
  std::string timeZone;

  friend bool operator==(const EventTime&, const EventTime&) = default;
};

enum class EventStatus { kConfirmed, kTentative, kCancelled };
enum class Transparency { kOpaque, kTransparent };  // blocks time, or does not
enum class Visibility { kDefault, kPublic, kPrivate, kConfidential };
enum class ResponseStatus { kNeedsAction, kDeclined, kTentative, kAccepted };

struct Person {
  std::string email;
  std::string displayName;

  friend bool operator==(const Person&, const Person&) = default;
};

struct Attendee {
  Person person;
  ResponseStatus response = ResponseStatus::kNeedsAction;
  bool organizer = false;
  bool optional = false;
  bool resource = false;  // a room or a device
  std::string comment;
  int additionalGuests = 0;

  friend bool operator==(const Attendee&, const Attendee&) = default;
};

struct ReminderOverride {
  std::string method;             // "popup" or "email"
  std::chrono::minutes before{};  // ahead of the start, 0 to 40320 (four weeks)

  friend bool operator==(const ReminderOverride&, const ReminderOverride&) = default;
};

struct Reminders {
  bool useDefault = true;
  std::vector<ReminderOverride> overrides;

  friend bool operator==(const Reminders&, const Reminders&) = default;
};

/// What a person says about an event: a single one, a whole series, or one changed occurrence.
struct EventContent {
  std::string summary;
  std::string description;
  std::string location;
  std::string colorId;
  EventStatus status = EventStatus::kConfirmed;
  Transparency transparency = Transparency::kOpaque;
  Visibility visibility = Visibility::kDefault;
  EventTime start;
  EventTime end;  // exclusive; not before start; all-day exactly when start is
  /// DURATION of RFC 5545 as it stood, where an imported event had that in place of an end; counts
  /// as long as it leads from start to end (see `nominalLengthOf`).
  std::string duration;
  /// Lines of RFC 5545 without DTSTART: "RRULE:…", "RDATE…", "EXDATE…", "EXRULE:…". Empty for a
  /// single event and for a changed occurrence.
  std::vector<std::string> recurrence;
  std::optional<Person> organizer;
  std::vector<Attendee> attendees;
  Reminders reminders;
  int sequence = 0;  // RFC 5545, section 3.8.7.4
  std::map<std::string, std::string> privateProperties;
  std::map<std::string, std::string> sharedProperties;
  std::string conferenceData;  // JSON text as a provider gave it; empty for none
  std::string sourceUrl;
  std::string sourceTitle;
  /// VTIMEZONE components (RFC 5545 text) of the zones used above that the tz database lacks.
  std::string zoneDefinitions;
  /// Content lines and components of an imported VEVENT that no field above holds, unfolded, as
  /// they stood, so that an export gives them back (its VALARMs too).
  std::string unknownLines;

  friend bool operator==(const EventContent&, const EventContent&) = default;
};

/// Which occurrence of a series: its original start as a key. For a series in a zone the UTC
/// instant; for all-day and floating ones the wall clock read as if it were UTC, so that the key
/// does not move with the calendar's zone.
using OccurrenceKey = base::UtcSeconds;

/// The identity of an event in the API: "{uuid}" for a single event or a series,
/// "{uuid}_{20260301T080000Z}" for one occurrence, "{uuid}_{20260301}" for an all-day one.
struct EventId {
  base::Uuid event;
  std::optional<OccurrenceKey> occurrence;
  bool allDayForm = false;  // how the occurrence is written

  [[nodiscard]] std::string toString() const;
  static std::optional<EventId> parse(std::string_view text);
};

/// An event as the program keeps it: one row of the store.
struct Event {
  /// Row identity. A changed occurrence is a row of its own, tied to its series below.
  base::Uuid id;
  base::Uuid calendarId;
  std::optional<base::Uuid> seriesId;        // of a changed (or cancelled) occurrence
  std::optional<EventTime> originalStart;    // of it, as the series had it
  std::optional<OccurrenceKey> originalKey;  // of it, as a key
  std::string icalUid;  // RFC 5545 UID; shared by a series and its changed occurrences
  EventContent content;
  std::int64_t revision = 0;  // 1 at creation, one more with every write
  base::Instant created{};
  base::Instant updated{};

  [[nodiscard]] bool isSeries() const { return !content.recurrence.empty(); }
};

}  // namespace sw::calendar
