#include "calendar/import_item.h"

#include "calendar/event_record.h"

namespace sw::calendar {

using Status = ImportOutcome::Status;

base::Task<base::Result<Status>> ImportItem::plan(const ImportedItem& item) {
  SW_CO_CHECK(co_await load(item.uid));
  const bool known = master_.has_value();
  Event master = known ? *master_ : newEvent(item.uid);
  const bool masterChanged = !known || master.content != item.master.content;
  master.content = item.master.content;
  if (!known && item.master.created) master.created = *item.master.created;

  SW_CO_TRY(const bool overridesChanged, planOverrides(item, master.id));
  if (!masterChanged && !overridesChanged) co_return Status::kUnchanged;
  SW_CO_CHECK(prepare(master));
  co_return known ? Status::kUpdated : Status::kCreated;
}

Event ImportItem::newEvent(const std::string& uid) const {
  Event event;
  event.id = base::newUuid(clock_);
  event.calendarId = calendarId_;
  event.icalUid = uid;
  event.created = now_;
  return event;
}

base::Task<base::Result<void>> ImportItem::load(const std::string& uid) {
  std::optional<base::Error> damaged;
  const EventVisitor visitor = [&](const EventRow& row) {
    auto event = toEvent(row);
    if (!event.ok()) {
      damaged = event.error();
    } else if (event->seriesId) {
      const OccurrenceKey key = *event->originalKey;
      overrides_[key] = *std::move(event);
    } else {
      master_ = *std::move(event);
    }
  };
  SW_CO_CHECK(co_await events_.byUid(calendarId_, uid, visitor));
  if (damaged) co_return *damaged;
  co_return base::Result<void>();
}

/// Answers whether anything has to be written.
base::Result<bool> ImportItem::planOverrides(const ImportedItem& item, base::Uuid seriesId) {
  bool changed = false;
  for (const ImportedOverride& imported : item.overrides) {
    const auto known = overrides_.find(imported.originalKey);
    Event event = known == overrides_.end() ? newEvent(item.uid) : known->second;
    const bool same = known != overrides_.end() && event.content == imported.event.content;
    if (known != overrides_.end()) overrides_.erase(known);
    if (same) continue;
    event.seriesId = seriesId;
    event.originalStart = imported.originalStart;
    event.originalKey = imported.originalKey;
    event.content = imported.event.content;
    SW_CHECK(prepare(event));
    changed = true;
  }
  for (const auto& [key, gone] : overrides_) {
    SW_TRY(EventRecord record, toRecord(gone));
    removals_.push_back(std::move(record));
    changed = true;
  }
  return changed;
}

base::Result<void> ImportItem::prepare(Event& event) {
  ++event.revision;
  event.updated = now_;
  SW_TRY(EventRecord record, toRecord(event));
  writes_.push_back({std::move(record), searchTextOf(event.content)});
  return {};
}

}  // namespace sw::calendar
