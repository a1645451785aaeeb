#pragma once

#include <string>
#include <string_view>

#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "api/request_scope.h"
#include "calendar/calendar_directory.h"
#include "calendar/calendar_editor.h"
#include "calendar/calendar_importer.h"
#include "calendar/change_feed.h"
#include "calendar/conflicts.h"
#include "calendar/event_editor.h"
#include "calendar/event_reader.h"
#include "calendar/free_busy.h"

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
