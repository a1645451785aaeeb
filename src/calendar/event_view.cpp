#include "calendar/event_view.h"

#include <array>
#include <charconv>

#include "base/json.h"
#include "base/time_format.h"
#include "calendar/event_json.h"
#include "calendar/event_record.h"
#include "calendar/ical_zone.h"
#include "calendar/window_scan.h"

namespace sw::calendar {
namespace {

using accounts::AccessRole;

constexpr std::string_view kPrivate = R"(,"visibility":"private")";
constexpr std::string_view kConfidential = R"(,"visibility":"confidential")";
constexpr std::string_view kMaskedDetails = R"(,"status":"confirmed","visibility":"private")";
constexpr std::string_view kFloatingStart = R"("start":{"floating":true,)";
constexpr std::string_view kAllDayStart = R"("start":{"date":)";

void appendInteger(std::string& out, std::int64_t value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

bool isAllDay(std::string_view document) { return document.starts_with(kAllDayStart); }

EventId idOf(const EventRow& row) {
  if (row.kind != EventRecord::Kind::kOverride) return {row.id, {}, false};
  const bool allDay =
      row.document.find(R"(,"originalStartTime":{"date":)") != std::string_view::npos;
  return {row.seriesId, row.originalKey, allDay};
}

/// The members every event begins with, up to and with the comma before its times.
void appendHead(std::string& out, const std::string& id, const EventRow& row) {
  out += R"({"id":")";
  out += id;
  out += R"(","etag":"\")";
  appendInteger(out, row.revision);
  out += R"(\"","calendarId":")";
  row.calendarId.appendTo(out);
  out += R"(","iCalUID":)";
  base::json::appendQuoted(out, row.icalUid);
  out += R"(,"created":")";
  base::appendInstant(out, row.created);
  out += R"(","updated":")";
  base::appendInstant(out, row.updated);
  out += "\",";
}

void appendSeriesLink(std::string& out, const base::Uuid& seriesId) {
  out += R"(,"recurringEventId":")";
  seriesId.appendTo(out);
  out += '"';
}

base::Zone zoneOf(const EventTime& time, const EventContent& content,
                  const CalendarAccess& access) {
  if (time.timeZone.empty()) return zoneOf(access.calendar);
  const auto zone = resolveZone(time.timeZone, content.zoneDefinitions);
  return zone.ok() ? *zone : base::Zone::utc();
}

void appendTimes(std::string& out, const EventTime& start, const EventTime& end,
                 const EventContent& content, const CalendarAccess& access) {
  out += R"("start":)";
  appendEventTime(out, start, zoneOf(start, content, access));
  out += R"(,"end":)";
  appendEventTime(out, end, zoneOf(end, content, access));
}

/// For the rare rows whose stored text cannot be shown as it stands.
void appendRewritten(std::string& out, const EventRow& row, const CalendarAccess& access,
                     bool masked) {
  const auto event = toEvent(row);
  if (!event.ok()) {
    // Damaged text: what the row itself knows is still true.
    out += R"("start":{},"end":{})";
    return;
  }
  const EventContent& content = event->content;
  appendTimes(out, content.start, content.end, content, access);
  if (masked) {
    out += kMaskedDetails;
    if (content.transparency == Transparency::kTransparent) {
      out += R"(,"transparency":"transparent")";
    }
  } else {
    appendDocumentDetails(out, content, true);
  }
  if (event->originalStart) {
    out += R"(,"originalStartTime":)";
    appendEventTime(out, *event->originalStart, zoneOf(*event->originalStart, content, access));
  }
}

}  // namespace

bool showsOnlyBusy(const EventRow& row, AccessRole role) {
  if (role >= AccessRole::kWriter) return false;
  if (role <= AccessRole::kFreeBusyReader) return true;
  // A quote inside a JSON string is escaped, so these texts can only be members.
  return row.document.find(kPrivate) != std::string_view::npos ||
         row.document.find(kConfidential) != std::string_view::npos;
}

std::string eventIdOf(const EventRow& row) { return idOf(row).toString(); }

std::string occurrenceIdOf(const CompiledSeries& series, OccurrenceKey key) {
  return EventId{series.master.id, key, isAllDay(series.master.document)}.toString();
}

std::string etagOf(std::int64_t revision) {
  std::string out = "\"";
  appendInteger(out, revision);
  out += '"';
  return out;
}

void appendEventView(std::string& out, const EventRow& row, const CalendarAccess& access,
                     bool open) {
  const bool masked = showsOnlyBusy(row, access.role);
  appendHead(out, eventIdOf(row), row);
  if (masked || row.document.starts_with(kFloatingStart)) {
    appendRewritten(out, row, access, masked);
  } else {
    out += row.document;
  }
  if (row.kind == EventRecord::Kind::kOverride) appendSeriesLink(out, row.seriesId);
  if (!open) out += '}';
}

void appendOccurrenceView(std::string& out, const CompiledSeries& series,
                          const SeriesOccurrence& occurrence, const CalendarAccess& access,
                          bool open) {
  const EventRow master = asRow(series.master);
  appendHead(out, occurrenceIdOf(series, occurrence.key), master);
  const SeriesExpansion& expansion = series.expansion;
  const bool wallClock = expansion.wallClock();
  const base::Zone zone = wallClock ? zoneOf(access.calendar) : expansion.startZone();
  out += R"("start":)";
  const std::size_t startAt = out.size();
  appendEventTime(out, expansion.startTime(occurrence), zone);
  const std::size_t startLength = out.size() - startAt;
  out += R"(,"end":)";
  appendEventTime(out, expansion.endTime(occurrence), wallClock ? zone : expansion.endZone());
  if (showsOnlyBusy(master, access.role)) {
    out += kMaskedDetails;
    if (series.content.transparency == Transparency::kTransparent) {
      out += R"(,"transparency":"transparent")";
    }
  } else {
    out += series.details;
  }
  appendSeriesLink(out, series.master.id);
  out += R"(,"originalStartTime":)";
  out.append(out, startAt, startLength);
  if (!open) out += '}';
}

}  // namespace sw::calendar
