#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/event_store.h"
#include "calendar/ical_reader.h"
#include "calendar/import_report.h"

namespace sw::calendar {

/// Works out what one item of a file, that is all that stands under one UID, changes in a
/// calendar. Writes nothing itself. Used once, by one coroutine.
class ImportItem {
 public:
  struct Write {
    EventRecord record;
    std::string searchText;
  };

  ImportItem(EventStore& events, const base::Clock& clock, base::Uuid calendarId, base::Instant now)
      : events_(events), clock_(clock), calendarId_(calendarId), now_(now) {}

  /// Compares the item with what the calendar has under its UID. Afterwards the lists below say
  /// what is to be written. `kInvalid` when the item cannot be kept; else fails as the store does.
  base::Task<base::Result<ImportOutcome::Status>> plan(const ImportedItem& item);

  /// The rows to write, the master or single event last; all are new when it is created.
  [[nodiscard]] std::vector<Write>& writes() { return writes_; }
  /// Changed occurrences that the item no longer has.
  [[nodiscard]] const std::vector<EventRecord>& removals() const { return removals_; }

 private:
  [[nodiscard]] Event newEvent(const std::string& uid) const;
  base::Task<base::Result<void>> load(const std::string& uid);
  base::Result<bool> planOverrides(const ImportedItem& item, base::Uuid seriesId);
  base::Result<void> prepare(Event& event);

  EventStore& events_;
  const base::Clock& clock_;
  base::Uuid calendarId_;
  base::Instant now_;
  std::optional<Event> master_;
  std::map<OccurrenceKey, Event> overrides_;
  std::vector<Write> writes_;
  std::vector<EventRecord> removals_;
};

}  // namespace sw::calendar
