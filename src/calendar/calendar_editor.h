#pragma once

#include <string>
#include <string_view>

#include "accounts/sharing.h"
#include "base/clock.h"
#include "base/result.h"
#include "calendar/calendar_json.h"
#include "calendar/calendar_store.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// Creates, changes and removes calendars, each with its entry in the change log. Nothing is
/// written before the caller commits. Thread-safe; the stores must outlive it.
class CalendarEditor {
 public:
  CalendarEditor(CalendarStore& calendars, jobs::ChangeLog& changes, const base::Clock& clock)
      : calendars_(calendars), changes_(changes), clock_(clock) {}

  /// A new calendar of `ownerId`; without a zone in `content`, in `defaultZone`.
  Calendar create(jobs::UnitOfWork& unit, base::Uuid ownerId, CalendarContent content,
                  const std::string& defaultZone, const jobs::Actor& actor);
  /// The calendar every person has from the start, named "Calendar".
  Calendar createPrimary(jobs::UnitOfWork& unit, base::Uuid ownerId, const std::string& zone,
                         const jobs::Actor& actor);
  Calendar change(jobs::UnitOfWork& unit, Calendar calendar, CalendarContent content,
                  const jobs::Actor& actor);
  /// `kInvalid` for the primary calendar, which stays.
  base::Result<void> remove(jobs::UnitOfWork& unit, const Calendar& calendar,
                            const jobs::Actor& actor);

  /// Tells the owner's log and the other person's that what the entry allows has changed.
  void logSharing(jobs::UnitOfWork& unit, const Calendar& calendar, const accounts::AclEntry& entry,
                  const jobs::Actor& actor);

 private:
  Calendar insert(jobs::UnitOfWork& unit, Calendar calendar, const jobs::Actor& actor);
  void log(jobs::UnitOfWork& unit, std::string_view type, const Calendar& calendar,
           const jobs::Actor& actor);

  CalendarStore& calendars_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

}  // namespace sw::calendar
