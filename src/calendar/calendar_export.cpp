#include "calendar/calendar_export.h"

#include <algorithm>
#include <utility>

#include "calendar/event_record.h"
#include "calendar/event_view.h"

namespace sw::calendar {
namespace {

bool isDetached(const EventContent& content) {
  return content.unknownLines.find(kDetachedLine) != std::string::npos;
}

/// What someone who may only know that time is taken gets to see.
EventContent masked(const EventContent& content) {
  EventContent busy;
  busy.summary = "Busy";
  busy.start = content.start;
  busy.end = content.end;
  busy.duration = content.duration;
  busy.recurrence = content.recurrence;
  busy.status = content.status;
  busy.transparency = content.transparency;
  busy.zoneDefinitions = content.zoneDefinitions;
  return busy;
}

}  // namespace

CalendarExport::CalendarExport(EventStore& events, CalendarAccess access, base::Instant now)
    : events_(events), access_(std::move(access)), writer_(now) {}

base::Result<void> CalendarExport::write(std::string& out, const EventRecord& record) {
  SW_TRY(Event event, toEvent(record));
  if (isDetached(event.content)) return {};
  if (showsOnlyBusy(asRow(record), access_.role)) event.content = masked(event.content);
  writer_.event(
      out, {event.icalUid, event.content, event.originalStart ? &*event.originalStart : nullptr,
            event.created, event.updated});
  return {};
}

base::Task<base::Result<void>> CalendarExport::writePage(std::string& out) {
  std::vector<EventRecord> page;
  const EventVisitor keep = [&](const EventRow& row) { page.push_back(row.toRecord()); };
  SW_CO_CHECK(co_await events_.scan(access_.calendar.id, after_, kPage, keep));
  if (page.empty()) {
    stage_ = Stage::kEnd;
    co_return base::Result<void>();
  }
  after_ = page.back().id;
  for (const EventRecord& record : page) {
    if (record.kind == EventRecord::Kind::kOverride) continue;  // comes with its series
    SW_CO_CHECK(write(out, record));
    if (record.kind != EventRecord::Kind::kSeries) continue;
    std::vector<EventRecord> overrides;
    const EventVisitor keepOverride = [&](const EventRow& row) {
      overrides.push_back(row.toRecord());
    };
    SW_CO_CHECK(co_await events_.overridesOf(record.id, keepOverride));
    for (const EventRecord& one : overrides) SW_CO_CHECK(write(out, one));
  }
  co_return base::Result<void>();
}

base::Task<base::Result<std::optional<std::string>>> CalendarExport::next() {
  std::string out;
  while (out.empty() && stage_ != Stage::kDone) {
    switch (stage_) {
      case Stage::kBegin: {
        const Calendar& calendar = access_.calendar;
        writer_.begin(out, {calendar.name, calendar.description, calendar.backgroundColor,
                            calendar.timeZone});
        stage_ = Stage::kEvents;
        break;
      }
      case Stage::kEvents: SW_CO_CHECK(co_await writePage(out)); break;
      case Stage::kEnd:
        writer_.end(out);
        stage_ = Stage::kDone;
        break;
      case Stage::kDone: break;
    }
  }
  if (out.empty()) co_return std::optional<std::string>();
  co_return std::optional<std::string>(std::move(out));
}

}  // namespace sw::calendar
