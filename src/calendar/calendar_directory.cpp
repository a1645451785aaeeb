#include "calendar/calendar_directory.h"

#include <string>
#include <utility>

namespace sw::calendar {

using accounts::AccessRole;

base::Task<base::Result<CalendarAccess>> CalendarDirectory::access(base::Uuid userId,
                                                                   base::Uuid calendarId,
                                                                   AccessRole needed) {
  SW_CO_TRY(auto found, co_await calendars_.find(calendarId));
  const base::Error hidden(base::Code::kNotFound, "there is no such calendar");
  if (!found) co_return hidden;
  CalendarAccess access{*std::move(found), AccessRole::kOwner};
  if (access.calendar.ownerId == userId) co_return access;
  SW_CO_TRY(const auto entry, co_await acl_.find(calendarId, userId));
  if (!entry || entry->role == AccessRole::kNone) co_return hidden;
  access.role = entry->role;
  if (access.role < needed) {
    co_return base::Error(base::Code::kForbidden, "this needs the role " +
                                                      std::string(accounts::toString(needed)) +
                                                      " in the calendar, yours is " +
                                                      std::string(accounts::toString(access.role)));
  }
  co_return access;
}

base::Task<base::Result<std::vector<CalendarAccess>>> CalendarDirectory::visibleTo(
    base::Uuid userId) {
  SW_CO_TRY(auto owned, co_await calendars_.ownedBy(userId));
  std::vector<CalendarAccess> all;
  all.reserve(owned.size());
  for (Calendar& calendar : owned) all.push_back({std::move(calendar), AccessRole::kOwner});
  SW_CO_TRY(const auto shared, co_await acl_.ofUser(userId));
  for (const accounts::AclEntry& entry : shared) {
    if (entry.role == AccessRole::kNone) continue;
    SW_CO_TRY(auto calendar, co_await calendars_.find(entry.calendarId));
    if (calendar) all.push_back({*std::move(calendar), entry.role});
  }
  co_return all;
}

}  // namespace sw::calendar
