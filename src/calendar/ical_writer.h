#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/zone.h"
#include "calendar/event.h"
#include "calendar/ical_reader.h"

/// Writes iCalendar files (RFC 5545) that `readCalendar` reads as what was written.
namespace sw::calendar {

struct CalendarHeader {
  std::string name;
  std::string description;
  std::string color;     // "#rrggbb" or a name of CSS
  std::string timeZone;  // a tz name
};

/// One VEVENT to write.
struct WrittenEvent {
  std::string_view uid;
  const EventContent& content;
  const EventTime* originalStart = nullptr;  // of a changed occurrence
  std::optional<base::Instant> created;
  std::optional<base::Instant> lastModified;
};

/// Writes one calendar event by event, so that a long one needs no more memory than an event:
/// `begin`, any number of `event`, `end`, each appending to a text that the caller may empty in
/// between. A time zone's VTIMEZONE comes before the first event that uses it. One thread.
class CalendarWriter {
 public:
  /// `now` is the DTSTAMP of events that do not say when they were written. Time zones are
  /// described from `earliest` on (or from an event's start where that is earlier and the first).
  explicit CalendarWriter(base::Instant now, base::UtcSeconds earliest = {})
      : now_(now), earliest_(earliest) {}

  void begin(std::string& out, const CalendarHeader& header);
  void event(std::string& out, const WrittenEvent& event);
  void end(std::string& out);

 private:
  /// The TZID to write for a zone, whose VTIMEZONE is then there.
  std::string zoneId(std::string& out, const std::string& timeZone, const EventContent& content);
  void writeZones(std::string& out, const EventContent& content, const EventTime* originalStart,
                  std::map<std::string, std::string, std::less<>>& ids);

  base::Instant now_;
  base::UtcSeconds earliest_;
  std::map<std::string, std::string, std::less<>> zones_;  // TZID written to its definition
};

/// Writes a whole calendar. Series that stand for changed occurrences alone (`kDetachedLine`) are
/// left out, their occurrences are not.
std::string writeCalendar(const ImportedCalendar& calendar, base::Instant now);

}  // namespace sw::calendar
