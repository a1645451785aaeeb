#include "calendar/event_record.h"

#include <algorithm>
#include <utility>

#include "base/json_reader.h"
#include "base/time_format.h"
#include "calendar/event_json.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {
namespace {

constexpr std::string_view kOriginalStart = R"(,"originalStartTime":)";

base::Result<void> deriveSeriesSpan(const Event& event, EventRecord& record) {
  SW_TRY(const SeriesExpansion series, SeriesExpansion::make(event.content, nullptr, {}));
  const ResolvedRecurrence resolved = series.rules().resolve();
  record.recurrencePlan = encodeResolved(resolved);
  if (!resolved.first) {
    // No occurrence at all: a span of nothing at DTSTART keeps the row findable by its UID only.
    SW_TRY(record.spanStart, instantOf(event.content.start, event.content.zoneDefinitions));
    record.spanEnd = record.spanStart;
    return {};
  }
  record.spanStart = *resolved.first;
  record.spanEnd =
      resolved.last ? std::min(series.lastEnd(*resolved.last), base::kMaxTime) : base::kMaxTime;
  return {};
}

base::Result<void> deriveSpan(const Event& event, EventRecord& record) {
  record.tzVersion = base::Zone::databaseVersion();
  if (event.isSeries()) return deriveSeriesSpan(event, record);
  const EventContent& content = event.content;
  SW_TRY(record.spanStart, instantOf(content.start, content.zoneDefinitions));
  SW_TRY(record.spanEnd, instantOf(content.end, content.zoneDefinitions));
  record.spanEnd = std::max(record.spanEnd, record.spanStart);
  return {};
}

}  // namespace

base::Result<EventRecord> toRecord(const Event& event) {
  EventRecord record;
  record.id = event.id;
  record.calendarId = event.calendarId;
  record.kind = event.seriesId     ? EventRecord::Kind::kOverride
                : event.isSeries() ? EventRecord::Kind::kSeries
                                   : EventRecord::Kind::kSingle;
  const bool cancelled = event.content.status == EventStatus::kCancelled;
  record.cancelled = cancelled && event.seriesId.has_value();
  record.busy = !cancelled && event.content.transparency == Transparency::kOpaque;
  record.seriesId = event.seriesId.value_or(base::Uuid{});
  record.originalKey = event.originalKey.value_or(OccurrenceKey{});
  record.icalUid = event.icalUid;
  record.revision = event.revision;
  record.created = event.created;
  record.updated = event.updated;
  SW_CHECK(deriveSpan(event, record));
  record.document = toDocument(event.content);
  if (event.originalStart) {
    record.document += kOriginalStart;
    SW_TRY(const base::UtcSeconds original,
           instantOf(*event.originalStart, event.content.zoneDefinitions));
    const auto offset = event.originalStart->local.time_since_epoch() - original.time_since_epoch();
    SW_TRY(const base::Zone zone, base::Zone::fixed(offset));
    appendEventTime(record.document, *event.originalStart, zone);
  }
  record.residue = toResidue(event.content);
  return record;
}

EventRow asRow(const EventRecord& r) {
  return {r.id,      r.calendarId, r.spanStart,   r.spanEnd,        r.kind,     r.cancelled,
          r.busy,    r.seriesId,   r.originalKey, r.icalUid,        r.revision, r.created,
          r.updated, r.document,   r.residue,     r.recurrencePlan, r.tzVersion};
}

EventRecord EventRow::toRecord() const {
  return {id,
          calendarId,
          spanStart,
          spanEnd,
          kind,
          cancelled,
          busy,
          seriesId,
          originalKey,
          std::string(icalUid),
          revision,
          created,
          updated,
          std::string(document),
          std::string(residue),
          std::string(recurrencePlan),
          std::string(tzVersion)};
}

base::Result<Event> toEvent(const EventRow& row) {
  Event event;
  event.id = row.id;
  event.calendarId = row.calendarId;
  event.icalUid = row.icalUid;
  event.revision = row.revision;
  event.created = row.created;
  event.updated = row.updated;
  SW_TRY(event.content, fromDocument(row.document, row.residue));
  if (row.kind == EventRecord::Kind::kOverride) {
    event.seriesId = row.seriesId;
    event.originalKey = row.originalKey;
    SW_TRY(event.originalStart, originalStartOf(row.document, row.residue));
  }
  return event;
}

base::Result<Event> toEvent(const EventRecord& record) { return toEvent(asRow(record)); }

std::string searchTextOf(const EventContent& content) {
  std::string text = content.summary;
  const auto add = [&](const std::string& part) {
    if (part.empty()) return;
    text += '\n';
    text += part;
  };
  add(content.location);
  add(content.description);
  if (content.organizer) add(content.organizer->displayName);
  for (const Attendee& attendee : content.attendees) {
    add(attendee.person.displayName);
    add(attendee.person.email);
  }
  return text;
}

base::UtcSeconds wallClockIn(base::UtcSeconds wallClock, const base::Zone& calendarZone) {
  return calendarZone.toUtc(base::LocalSeconds(wallClock.time_since_epoch()));
}

base::UtcSeconds toWallClock(base::UtcSeconds instant, const base::Zone& calendarZone) {
  return base::UtcSeconds(calendarZone.toLocal(instant).time_since_epoch());
}

Interval spanIn(const EventRow& row, const base::Zone& calendarZone) {
  if (!isWallClock(row.document)) return {row.spanStart, row.spanEnd};
  const base::UtcSeconds end =
      row.spanEnd >= base::kMaxTime ? row.spanEnd : wallClockIn(row.spanEnd, calendarZone);
  return {wallClockIn(row.spanStart, calendarZone), end};
}

}  // namespace sw::calendar
