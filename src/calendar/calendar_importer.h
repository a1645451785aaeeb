#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/event_editor.h"
#include "calendar/event_store.h"
#include "calendar/ical_reader.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// What became of an imported file.
struct ImportOutcome {
  enum class Status { kCreated, kUpdated, kUnchanged, kFailed };
  struct Item {
    std::string uid;
    std::string summary;
    Status status;
    std::vector<std::string> issues;
  };

  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t failed = 0;
  /// Items that failed or that something is to be said of, in the order of the file.
  std::vector<Item> items;
};

/// Puts what a file holds into a calendar. An item whose UID the calendar has already is
/// updated, with its changed occurrences; nothing is duplicated. Thread-safe; the stores must
/// outlive it.
class CalendarImporter {
 public:
  CalendarImporter(EventStore& events, jobs::ChangeLog& changes, const base::Clock& clock)
      : events_(events), changes_(changes), clock_(clock) {}

  /// Adds every write of the import to `unit`; nothing is written before the caller commits.
  /// Fails as the store does, never because of an item.
  base::Task<base::Result<ImportOutcome>> apply(jobs::UnitOfWork& unit, const Calendar& calendar,
                                                const ImportedCalendar& file, const Actor& actor);

 private:
  friend class ItemImport;

  EventStore& events_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

/// Appends the outcome as JSON, at most `maxItems` of its items.
void appendImportReport(std::string& out, const ImportOutcome& outcome, std::size_t maxItems);

}  // namespace sw::calendar
