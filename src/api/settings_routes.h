#pragma once

#include "accounts/settings.h"
#include "api/request_scope.h"
#include "api/router.h"
#include "calendar/calendar_directory.h"
#include "jobs/change_log.h"

namespace sw::api {

/// How a person wants the service to treat their time. Called by many threads; must outlive the
/// router.
class SettingsRoutes {
 public:
  SettingsRoutes(accounts::SettingsStore& settings, calendar::CalendarDirectory& directory,
                 jobs::ChangeLog& changes)
      : settings_(settings), directory_(directory), changes_(changes) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> patch(RequestScope& scope);
  base::Task<base::Result<Response>> tryPatch(RequestScope& scope, base::json::Value change);
  base::Task<base::Result<accounts::Settings>> settingsOf(base::Uuid userId);
  base::Task<base::Result<void>> checkTarget(base::Uuid userId, base::Uuid calendarId);

  accounts::SettingsStore& settings_;
  calendar::CalendarDirectory& directory_;
  jobs::ChangeLog& changes_;
};

}  // namespace sw::api
