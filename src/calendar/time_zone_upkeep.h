#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "calendar/upkeep_store.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// Derives the UTC times of all events again after the tz database has changed. What people wrote
/// (wall clock and zone) is the truth and stays; what was derived from it with an older version
/// may be an hour off. Works through the rows by id in small pieces and notes each, so that a
/// restart goes on where it was. Several copies of the program may do it at once. The stores must
/// outlive it; for one thread.
class TimeZoneUpkeep {
 public:
  /// Rows that are looked at for one write.
  static constexpr int kPiece = 128;
  static constexpr std::string_view kName = "time-zones";

  struct Stores {
    jobs::Storage& storage;
    UpkeepStore& upkeep;
    EventStore& events;
    CalendarStore& calendars;
    jobs::ChangeLog& changes;
  };

  struct Outcome {
    bool needed = false;      // the version is newer than that of the last run
    bool whole = true;        // false when it was stopped
    std::size_t looked = 0;   // rows
    std::size_t moved = 0;    // events that now take place at another instant
    std::size_t unclear = 0;  // rows that cannot be read or derived, left as they are
  };

  TimeZoneUpkeep(Stores stores, const base::Clock& clock) : stores_(stores), clock_(clock) {}

  /// Brings every row to `version` ("2026a"), unless that was done or a newer one is known.
  /// `stopped` is asked between pieces. An event that moved gets a new revision and an entry in
  /// the change log. Fails as the store does.
  base::Task<base::Result<Outcome>> run(const std::string& version,
                                        const std::function<bool()>& stopped);

 private:
  struct Piece;

  base::Task<base::Result<bool>> step(const std::string& version, base::Uuid& after,
                                      Outcome& outcome);
  base::Task<base::Result<Piece>> plan(const std::string& version, base::Uuid after);
  base::Task<base::Result<void>> touchMasters(Piece& piece);
  base::Task<base::Result<void>> write(jobs::UnitOfWork& unit, const Piece& piece);

  const Stores stores_;
  const base::Clock& clock_;
};

}  // namespace sw::calendar
