#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "calendar/calendar_store.h"
#include "calendar/event_editor.h"
#include "calendar/event_store.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// Imports on their way into a calendar (docs/adr/0008). Rows are staged, which nobody sees; one
/// short write publishes all of them together; settling then makes them rows like all others and
/// tells the change log. Whoever works on an import holds it by saying so again and again: one
/// that was left for longer than `kPatience` may be taken over, discarded or settled by anybody.
/// Thread-safe.
class ImportStore {
 public:
  static constexpr std::chrono::seconds kPatience{15};

  ImportStore() = default;
  ImportStore(const ImportStore&) = delete;
  ImportStore& operator=(const ImportStore&) = delete;
  virtual ~ImportStore() = default;

  /// An import that was left in the midst.
  struct Left {
    base::Uuid id;
    base::Uuid calendarId;
    bool published = false;  // to be settled, else to be discarded
  };

  /// Adds the beginning of an import to `unit`. A calendar has one at a time: the unit fails with
  /// `kConflict` when there is another.
  virtual void begin(jobs::UnitOfWork& unit, base::Uuid import, const Calendar& calendar,
                     const jobs::Actor& actor, base::Instant now) = 0;
  /// Adds a new row (revision 1) that nobody sees yet.
  virtual void stage(jobs::UnitOfWork& unit, base::Uuid import, const EventRecord& record,
                     std::string_view searchText) = 0;
  /// Holds the import for another `kPatience`. The unit fails with `kConflict` when it is no
  /// longer being staged.
  virtual void hold(jobs::UnitOfWork& unit, base::Uuid import, base::Instant now) = 0;
  /// Everything staged becomes visible with `unit`. `kConflict` when the import was taken over,
  /// when its calendar is gone, or when, behind entry `after` of its owner's change log, another
  /// event of the calendar that shares a UID with a staged one has been written.
  virtual void publish(jobs::UnitOfWork& unit, base::Uuid import, const Calendar& calendar,
                       std::int64_t after, base::Instant now) = 0;

  /// Makes at most `limit` rows of a published import ordinary and appends their entries to the
  /// change log, in one write; answers how many. At 0 the import is over and forgotten.
  /// `kConflict` when someone else did the same at the same time.
  virtual base::Task<base::Result<std::int64_t>> settle(base::Uuid import, int limit,
                                                        base::Instant now) = 0;
  /// Removes at most `limit` rows of an import that was not published; answers how many. At 0
  /// the import is over and forgotten. The first call ends the right to stage and to publish.
  /// `kConflict` when it is published.
  virtual base::Task<base::Result<std::int64_t>> discard(base::Uuid import, int limit,
                                                         base::Instant now) = 0;
  /// The imports that nobody has held since `now` less `kPatience`.
  virtual base::Task<base::Result<std::vector<Left>>> left(base::Instant now) = 0;
};

}  // namespace sw::calendar
