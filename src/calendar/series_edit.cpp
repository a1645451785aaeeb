#include "calendar/series_edit.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "calendar/event_record.h"
#include "calendar/event_view.h"
#include "calendar/recurrence_lines.h"
#include "calendar/recurrence_split.h"
#include "calendar/series_shift.h"
#include "jobs/event_types.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using std::chrono::days;
using std::chrono::seconds;

constexpr std::string_view kCreated = jobs::event_type::kCalendarEventCreated;
constexpr std::string_view kUpdated = jobs::event_type::kCalendarEventUpdated;
constexpr std::string_view kDeleted = jobs::event_type::kCalendarEventDeleted;

bool sameTimes(const EventContent& a, const EventContent& b) {
  return a.start == b.start && a.end == b.end && a.recurrence == b.recurrence;
}

/// How far the wall clock of one start is from another's.
seconds distance(const EventTime& from, const EventTime& to) { return to.local - from.local; }

/// The occurrence `original` names, after its series has moved by `delta` and taken the kind and
/// zone of `master`.
EventTime movedOriginal(const EventTime& original, const EventContent& master, seconds delta) {
  EventTime moved{original.local + delta, master.start.allDay, master.start.timeZone};
  const auto midnight = std::chrono::floor<days>(moved.local);
  const auto masterMidnight = std::chrono::floor<days>(master.start.local);
  if (moved.allDay) {
    moved.local = midnight;
  } else if (original.allDay) {
    moved.local = midnight + (master.start.local - masterMidnight);
  }
  return moved;
}

}  // namespace

OccurrenceKey SeriesEdit::key() const {
  return target_.regular ? target_.regular->key : target_.record.originalKey;
}

Result<EventTime> SeriesEdit::currentStart() const {
  if (target_.regular) return series().expansion.startTime(*target_.regular);
  SW_TRY(const Event event, toEvent(target_.record));
  return event.content.start;
}

Task<Result<std::vector<Event>>> SeriesEdit::loadOverrides() {
  std::vector<Event> events;
  std::optional<Error> damaged;
  const EventVisitor visitor = [&](const EventRow& row) {
    auto event = toEvent(row);
    if (event.ok()) {
      events.push_back(*std::move(event));
    } else {
      damaged = event.error();
    }
  };
  SW_CO_CHECK(co_await editor_.events_.overridesOf(series().master.id, visitor));
  if (damaged) co_return *damaged;
  co_return events;
}

void SeriesEdit::log(std::string_view type, base::Uuid resource, std::int64_t revision,
                     std::string occurrence) {
  editor_.changes_.append(unit_, {target_.access.calendar.ownerId, 0, std::string(type), resource,
                                  target_.access.calendar.id, revision, now_, actor_.requestId,
                                  actor_.traceParent, std::move(occurrence)});
}

Result<EventRecord> SeriesEdit::put(Event event) {
  ++event.revision;
  if (event.revision == 1) event.created = now_;
  event.updated = now_;
  SW_TRY(EventRecord record, toRecord(event));
  editor_.events_.put(unit_, record, searchTextOf(event.content));
  return record;
}

Result<void> SeriesEdit::remove(const Event& event) {
  SW_TRY(const EventRecord record, toRecord(event));
  editor_.events_.remove(unit_, record, now_);
  return {};
}

Result<Event> SeriesEdit::masterEvent() const { return toEvent(series().master); }

Result<EventRecord> SeriesEdit::touchMaster() {
  SW_TRY(Event master, masterEvent());
  return put(std::move(master));
}

Result<void> SeriesEdit::carryOver(Event override, const EventContent& master, seconds delta,
                                   const SeriesExpansion& expansion) {
  const EventTime original = *override.originalStart;
  const EventTime moved = movedOriginal(original, master, delta);
  const Event before = override;
  SW_TRY(const base::UtcSeconds key, instantOf(moved, master.zoneDefinitions));
  override.originalStart = moved;
  override.originalKey = key;
  const bool cancelled = override.content.status == EventStatus::kCancelled;
  // What only hid an occurrence has nothing left to hide.
  if (cancelled && !expansion.find(key)) return remove(before);
  // One that stood at its original time moves along; one that had been moved stays.
  if (override.content.start == original) {
    const seconds length = distance(override.content.start, override.content.end);
    override.content.start = moved;
    override.content.end = {moved.local + length, moved.allDay, moved.timeZone};
    if (moved.allDay && length < days(1)) override.content.end.local = moved.local + days(1);
  }
  SW_TRY([[maybe_unused]] const EventRecord record, put(std::move(override)));
  return {};
}

Task<Result<EventRecord>> SeriesEdit::replaceMaster(EventContent content) {
  SW_CO_TRY(Event master, masterEvent());
  const EventContent before = master.content;
  master.content = std::move(content);
  const bool moved = !sameTimes(before, master.content);
  if (moved) master.content.sequence = std::max(master.content.sequence, before.sequence + 1);
  if (moved) {
    SW_CO_TRY(std::vector<Event> overrides, co_await loadOverrides());
    if (!master.isSeries()) {
      for (const Event& one : overrides) SW_CO_CHECK(remove(one));
    } else if (!overrides.empty()) {
      SW_CO_TRY(const SeriesExpansion expansion,
                SeriesExpansion::make(master.content, nullptr, {}));
      const seconds delta = distance(before.start, master.content.start);
      for (Event& one : overrides) {
        SW_CO_CHECK(carryOver(std::move(one), master.content, delta, expansion));
      }
    }
  }
  SW_CO_TRY(EventRecord record, put(std::move(master)));
  log(kUpdated, record.id, record.revision);
  co_return record;
}

Task<Result<EventRecord>> SeriesEdit::replaceAllFromOccurrence(EventContent content) {
  SW_CO_TRY(const EventTime current, currentStart());
  const seconds delta = distance(current, content.start);
  const seconds length = distance(content.start, content.end);
  const EventTime& first = series().content.start;
  content.start.local = first.local + delta;
  content.end.local = content.start.local + length;
  if (content.recurrence.empty()) {
    SW_CO_TRY(const Recurrence moved, shiftRecurrence(series().expansion.recurrence(), delta));
    content.recurrence = formatRecurrence(moved);
  }
  co_return co_await replaceMaster(std::move(content));
}

Task<Result<EventRecord>> SeriesEdit::replaceOccurrence(EventContent content) {
  if (!content.recurrence.empty()) {
    const std::string issue = "belongs to the series: change it with scope=all or scope=following";
    co_return Error(Code::kInvalid, "recurrence " + issue, {{"recurrence", issue}});
  }
  Event event;
  if (target_.regular) {
    event.id = base::newUuid(editor_.clock_);
    event.calendarId = series().master.calendarId;
    event.seriesId = series().master.id;
    event.originalStart = series().expansion.startTime(*target_.regular);
    event.originalKey = target_.regular->key;
    event.icalUid = series().master.icalUid;
  } else {
    SW_CO_TRY(event, toEvent(target_.record));
  }
  event.content = std::move(content);
  event.content.zoneDefinitions = series().content.zoneDefinitions;
  SW_CO_TRY(EventRecord record, put(std::move(event)));
  SW_CO_TRY(const EventRecord master, touchMaster());
  log(kUpdated, master.id, master.revision, eventIdOf(asRow(record)));
  co_return record;
}

Task<Result<EventRecord>> SeriesEdit::replaceFollowing(EventContent content) {
  const OccurrenceKey at = key();
  SW_CO_TRY(SplitRecurrence split, splitRecurrence(series().expansion.recurrence(), at));
  if (!split.before) co_return co_await replaceAllFromOccurrence(std::move(content));

  const seconds delta = content.start.local - split.after.start;
  if (content.recurrence.empty()) {
    SW_CO_TRY(const Recurrence moved, shiftRecurrence(split.after, delta));
    content.recurrence = formatRecurrence(moved);
  }
  content.zoneDefinitions = series().content.zoneDefinitions;
  SW_CO_TRY(const SeriesExpansion expansion, SeriesExpansion::make(content, nullptr, {}));
  Event following;
  following.id = base::newUuid(editor_.clock_);
  following.calendarId = series().master.calendarId;
  following.icalUid = following.id.toString();
  following.content = std::move(content);

  SW_CO_TRY(std::vector<Event> overrides, co_await loadOverrides());
  for (Event& one : overrides) {
    if (*one.originalKey < at) continue;
    if (*one.originalKey == at) {
      SW_CO_CHECK(remove(one));
      continue;
    }
    one.seriesId = following.id;
    one.icalUid = following.icalUid;
    SW_CO_CHECK(carryOver(std::move(one), following.content, delta, expansion));
  }
  SW_CO_TRY(Event master, masterEvent());
  master.content.recurrence = formatRecurrence(*split.before);
  SW_CO_TRY(const EventRecord trimmed, put(std::move(master)));
  log(kUpdated, trimmed.id, trimmed.revision);
  SW_CO_TRY(EventRecord record, put(std::move(following)));
  log(kCreated, record.id, record.revision);
  co_return record;
}

Task<Result<void>> SeriesEdit::removeSeries() {
  SW_CO_TRY(const std::vector<Event> overrides, co_await loadOverrides());
  for (const Event& one : overrides) SW_CO_CHECK(remove(one));
  editor_.events_.remove(unit_, series().master, now_);
  log(kDeleted, series().master.id, series().master.revision);
  co_return Result<void>();
}

Task<Result<void>> SeriesEdit::removeOccurrence() {
  EventContent content;
  if (target_.regular) {
    content.start = series().expansion.startTime(*target_.regular);
    content.end = series().expansion.endTime(*target_.regular);
    content.summary = series().content.summary;
  } else {
    SW_CO_TRY(const Event event, toEvent(target_.record));
    content = event.content;
  }
  content.status = EventStatus::kCancelled;
  SW_CO_TRY([[maybe_unused]] const EventRecord record,
            co_await replaceOccurrence(std::move(content)));
  co_return Result<void>();
}

Task<Result<void>> SeriesEdit::removeFollowing() {
  const OccurrenceKey at = key();
  SW_CO_TRY(const SplitRecurrence split, splitRecurrence(series().expansion.recurrence(), at));
  if (!split.before) co_return co_await removeSeries();
  SW_CO_TRY(const std::vector<Event> overrides, co_await loadOverrides());
  for (const Event& one : overrides) {
    if (*one.originalKey >= at) SW_CO_CHECK(remove(one));
  }
  SW_CO_TRY(Event master, masterEvent());
  master.content.recurrence = formatRecurrence(*split.before);
  SW_CO_TRY(const EventRecord trimmed, put(std::move(master)));
  log(kUpdated, trimmed.id, trimmed.revision);
  co_return Result<void>();
}

}  // namespace sw::calendar
