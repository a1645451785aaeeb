#pragma once

#include <cstddef>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_file.h"
#include "calendar/event_editor.h"
#include "calendar/event_store.h"
#include "calendar/import_report.h"
#include "calendar/import_store.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// Puts what a file holds into a calendar, all of it at one moment or nothing. An item whose UID
/// the calendar has already is updated, with its changed occurrences; nothing is duplicated. New
/// events are written in small pieces that nobody sees until the last write shows them all
/// (docs/adr/0008), so that other writers wait for a piece and not for the file; updates of what
/// was there before are part of that last write. Thread-safe; the stores must outlive it.
class CalendarImporter {
 public:
  /// Rows of one write while staging, as long as a commit is quick. Where the disk is slow pieces
  /// grow, so that what they keep others waiting for stays in proportion to what a commit costs.
  static constexpr std::size_t kStagePiece = 64;

  struct Stores {
    jobs::Storage& storage;
    EventStore& events;
    ImportStore& imports;
    jobs::ChangeLog& changes;
  };

  CalendarImporter(Stores stores, const base::Clock& clock) : stores_(stores), clock_(clock) {}

  /// How the caller takes part in an import; any of them may be empty. Called on the thread of
  /// the import.
  struct Controls {
    /// Adds to the write that shows the import, as the answer to its request.
    std::function<void(jobs::UnitOfWork&, const ImportOutcome&)> seal;
    /// So many items of so many are done.
    std::function<void(std::size_t, std::size_t)> progress;
    /// Whether to end without a result, as when the service stops.
    std::function<bool()> cancelled;
  };

  /// `kConflict` when another import into the calendar is running, or writers of the same events
  /// were faster again and again; `kUnavailable` when it was cancelled; else fails as the store
  /// does, never because of an item. Nothing is visible when it fails. Reads and writes many
  /// times: for a thread that may be busy for long.
  base::Task<base::Result<ImportOutcome>> run(const Calendar& calendar, CalendarFile& file,
                                              const jobs::Actor& actor, const Controls& controls);

  /// Ends imports that were left in the midst, of one calendar or (nil) of all: removes what was
  /// not published, settles what was. Answers how many. Fails as the store does.
  base::Task<base::Result<std::size_t>> finishLeft(base::Uuid only);

 private:
  friend class ImportRun;

  base::Task<base::Result<void>> settle(base::Uuid import);
  base::Task<base::Result<void>> discard(base::Uuid import);

  const Stores stores_;
  const base::Clock& clock_;
};

}  // namespace sw::calendar
