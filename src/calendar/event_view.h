#pragma once

#include <string>

#include "accounts/sharing.h"
#include "calendar/calendar_directory.h"
#include "calendar/entity_tag.h"
#include "calendar/event_store.h"
#include "calendar/series_cache.h"

/// Events as answers show them: what is stored, with identity in front, and no more than the
/// reader's role allows.
namespace sw::calendar {

/// Whether a reader sees only that time is taken: free/busy readers always, readers of a shared
/// calendar where the event is private.
bool showsOnlyBusy(const EventRow& row, accounts::AccessRole role);

/// Appends a single event, a master or a changed occurrence as one JSON object. `open` leaves the
/// closing brace to the caller, who appends more members, each with a comma in front.
void appendEventView(std::string& out, const EventRow& row, const CalendarAccess& access,
                     bool open = false);
/// Appends one regular occurrence of a series.
void appendOccurrenceView(std::string& out, const CompiledSeries& series,
                          const SeriesOccurrence& occurrence, const CalendarAccess& access,
                          bool open = false);

/// The id in the API: of an override its series' with the occurrence.
std::string eventIdOf(const EventRow& row);
/// The id of a series' occurrence in the API.
std::string occurrenceIdOf(const CompiledSeries& series, OccurrenceKey key);

}  // namespace sw::calendar
