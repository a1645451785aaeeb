#pragma once

#include <vector>

#include "accounts/sharing.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_store.h"

namespace sw::calendar {

/// A calendar as one person may use it.
struct CalendarAccess {
  Calendar calendar;
  accounts::AccessRole role = accounts::AccessRole::kNone;
};

/// Answers which calendars a person may see and what they may do there. Holds no state of its
/// own; the stores must outlive it. Thread-safe.
class CalendarDirectory {
 public:
  CalendarDirectory(CalendarStore& calendars, accounts::AclStore& acl)
      : calendars_(calendars), acl_(acl) {}

  /// `kNotFound` when there is no such calendar or the person has no role in it, `kForbidden`
  /// when their role is below `needed`.
  base::Task<base::Result<CalendarAccess>> access(base::Uuid userId, base::Uuid calendarId,
                                                  accounts::AccessRole needed);
  /// All calendars of the person: their own (the primary first), then those shared with them.
  base::Task<base::Result<std::vector<CalendarAccess>>> visibleTo(base::Uuid userId);

 private:
  CalendarStore& calendars_;
  accounts::AclStore& acl_;
};

}  // namespace sw::calendar
