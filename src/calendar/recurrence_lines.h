#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "calendar/recurrence.h"

namespace sw::calendar {

/// DTSTART as far as recurrence needs it.
struct SeriesStart {
  base::LocalSeconds local{};
  bool allDay = false;
  bool floating = false;
  base::Zone zone;
};

/// Finds the zone a TZID means; the importer's also knows VTIMEZONEs and foreign names.
using ZoneResolver = std::function<base::Result<base::Zone>(std::string_view)>;

/// Limits of one series, so that a hostile one costs little.
inline constexpr std::size_t kMaxRules = 8;             // RRULEs, and as many EXRULEs
inline constexpr std::size_t kMaxSeriesTimes = 10'000;  // RDATEs, and as many EXDATEs

/// Reads the lines of a series, as an event's `recurrence` lists them: "RRULE:...", "EXRULE:...",
/// "RDATE;VALUE=PERIOD:...", "EXDATE;TZID=Europe/Berlin:..." (RFC 5545, section 3.8.5), unfolded.
/// `kInvalid` has a detail for each line with a problem, its field "recurrence[2]" or
/// "recurrence[2].BYDAY". Does not block, but for the first use of a zone.
base::Result<Recurrence> parseRecurrence(const SeriesStart& start,
                                         std::span<const std::string> lines,
                                         Strictness strictness = Strictness::kStrict,
                                         const ZoneResolver& zones = {},
                                         std::vector<std::string>* notes = nullptr);

/// The lines of a series, which `parseRecurrence` reads as the same series.
std::vector<std::string> formatRecurrence(const Recurrence& recurrence);

/// No period and no duration is longer: 100 years.
inline constexpr std::chrono::seconds kMaxDuration = std::chrono::days(36525);

/// A DURATION of RFC 5545 (section 3.3.6), in seconds, days counted as 24 hours.
/// Nothing where the text is not one.
std::optional<std::chrono::seconds> parseDuration(std::string_view text);
/// Writes what `parseDuration` reads; `duration` is not negative.
std::string formatDuration(std::chrono::seconds duration);

}  // namespace sw::calendar
