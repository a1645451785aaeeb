#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "api/request_scope.h"
#include "calendar/calendar_directory.h"

// Only named here, so that a handler's file reads the headers of those it uses and no more.
namespace sw::base {
class WorkerPool;
}  // namespace sw::base
namespace sw::calendar {
class CalendarEditor;
class CalendarImporter;
class ChangeFeed;
class ConflictFinder;
class EventEditor;
class EventReader;
class EventStore;
class FreeBusyReader;
struct ListPosition;
}  // namespace sw::calendar

namespace sw::api {

/// What the routes of calendars and events work with. All outlive the routes.
struct CalendarServices {
  accounts::UserStore& users;
  accounts::SettingsStore& settings;
  accounts::AclStore& acl;
  calendar::CalendarStore& calendars;
  calendar::EventStore& events;
  calendar::CalendarDirectory& directory;
  calendar::CalendarEditor& calendarEditor;
  calendar::EventReader& eventReader;
  calendar::EventEditor& eventEditor;
  calendar::ConflictFinder& conflicts;
  calendar::FreeBusyReader& freeBusy;
  calendar::CalendarImporter& importer;
  calendar::ChangeFeed& changes;
  /// For what would hold up a thread of the server.
  base::WorkerPool& workers;
  /// Where clients reach the service, without a slash at the end; for addresses in answers.
  std::string publicUrl;
};

/// The calendar that `id` names for the caller: an id, or "primary". `kNotFound` when there is
/// none they may see, `kForbidden` when their role is below `needed`.
base::Task<base::Result<calendar::CalendarAccess>> findCalendar(CalendarServices& services,
                                                                base::Uuid userId, std::string id,
                                                                accounts::AccessRole needed);

/// Where the next page of a list begins, as a token that URLs can carry, and back. The token
/// tells nothing that the caller could not see, so it is checked but not signed.
std::string toPageToken(const calendar::ListPosition& position);
std::optional<calendar::ListPosition> fromPageToken(std::string_view token);

}  // namespace sw::api
