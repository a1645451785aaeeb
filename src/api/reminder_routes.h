#pragma once

#include "api/request_scope.h"
#include "api/router.h"
#include "reminders/reminder_desk.h"
#include "reminders/reminder_store.h"

namespace sw::api {

/// What a person is, was and will be reminded of, and putting it off or aside. Called by many
/// threads; must outlive the router.
class ReminderRoutes {
 public:
  ReminderRoutes(reminders::ReminderStore& reminders, reminders::ReminderDesk& desk)
      : reminders_(reminders), desk_(desk) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> snooze(RequestScope& scope);
  base::Task<base::Result<Response>> dismiss(RequestScope& scope);

  /// The caller's own; `kNotFound` for another's.
  base::Task<base::Result<reminders::Reminder>> find(RequestScope& scope);
  base::Task<base::Result<std::string>> viewOf(const reminders::Reminder& reminder);
  base::Task<base::Result<Response>> trySnooze(RequestScope& scope, base::Instant until);
  base::Task<base::Result<Response>> tryDismiss(RequestScope& scope);
  base::Task<base::Result<Response>> commit(RequestScope& scope, jobs::UnitOfWork& unit,
                                            const reminders::Reminder& after);

  reminders::ReminderStore& reminders_;
  reminders::ReminderDesk& desk_;
};

}  // namespace sw::api
