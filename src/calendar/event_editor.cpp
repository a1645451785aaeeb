#include "calendar/event_editor.h"

#include <algorithm>
#include <utility>

#include "calendar/event_record.h"
#include "calendar/series_edit.h"
#include "jobs/event_types.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

jobs::Change changeOf(std::string_view type, const Calendar& calendar, const EventRecord& record,
                      base::Instant now, const jobs::Actor& actor) {
  return {calendar.ownerId, 0,   std::string(type), record.id,        calendar.id,
          record.revision,  now, actor.requestId,   actor.traceParent};
}

bool isOccurrence(const FoundEvent& target) {
  return target.regular || target.record.kind == EventRecord::Kind::kOverride;
}

Error needsOccurrence() {
  const std::string issue = "this needs the id of an occurrence";
  return {Code::kInvalid, "scope=" + issue, {{"scope", issue}}};
}

}  // namespace

Result<EventRecord> EventEditor::create(jobs::UnitOfWork& unit, const Calendar& calendar,
                                        EventContent content, std::string icalUid,
                                        const jobs::Actor& actor) {
  Event event;
  event.id = base::newUuid(clock_);
  event.calendarId = calendar.id;
  event.icalUid = icalUid.empty() ? event.id.toString() : std::move(icalUid);
  event.content = std::move(content);
  event.revision = 1;
  event.created = clock_.now();
  event.updated = event.created;
  SW_TRY(EventRecord record, toRecord(event));
  events_.put(unit, record, searchTextOf(event.content));
  changes_.append(unit, changeOf(jobs::event_type::kCalendarEventCreated, calendar, record,
                                 event.created, actor));
  return record;
}

Task<Result<EventRecord>> EventEditor::replace(jobs::UnitOfWork& unit, const FoundEvent& target,
                                               Scope scope, EventContent content,
                                               const jobs::Actor& actor) {
  if (!target.series) {
    SW_CO_TRY(Event event, toEvent(target.record));
    const bool moved = event.content.start != content.start || event.content.end != content.end;
    const int next = event.content.sequence + (moved ? 1 : 0);
    content.sequence = std::max(content.sequence, next);
    event.content = std::move(content);
    ++event.revision;
    event.updated = clock_.now();
    SW_CO_TRY(EventRecord record, toRecord(event));
    events_.put(unit, record, searchTextOf(event.content));
    changes_.append(unit, changeOf(jobs::event_type::kCalendarEventUpdated, target.access.calendar,
                                   record, event.updated, actor));
    co_return record;
  }
  SeriesEdit edit(*this, unit, target, actor);
  if (!isOccurrence(target)) {
    if (scope == Scope::kThis) co_return needsOccurrence();
    co_return co_await edit.replaceMaster(std::move(content));
  }
  switch (scope) {
    case Scope::kThis: co_return co_await edit.replaceOccurrence(std::move(content));
    case Scope::kFollowing: co_return co_await edit.replaceFollowing(std::move(content));
    case Scope::kAll: co_return co_await edit.replaceAllFromOccurrence(std::move(content));
  }
  co_return needsOccurrence();
}

Task<Result<void>> EventEditor::remove(jobs::UnitOfWork& unit, const FoundEvent& target,
                                       Scope scope, const jobs::Actor& actor) {
  if (!target.series) {
    const base::Instant now = clock_.now();
    events_.remove(unit, target.record, now);
    changes_.append(unit, changeOf(jobs::event_type::kCalendarEventDeleted, target.access.calendar,
                                   target.record, now, actor));
    co_return Result<void>();
  }
  SeriesEdit edit(*this, unit, target, actor);
  if (!isOccurrence(target)) {
    if (scope == Scope::kThis) co_return needsOccurrence();
    co_return co_await edit.removeSeries();
  }
  switch (scope) {
    case Scope::kThis: co_return co_await edit.removeOccurrence();
    case Scope::kFollowing: co_return co_await edit.removeFollowing();
    case Scope::kAll: co_return co_await edit.removeSeries();
  }
  co_return needsOccurrence();
}

}  // namespace sw::calendar
