#pragma once

#include <string>

#include "accounts/provisioner.h"
#include "calendar/calendar_editor.h"

namespace sw::app {

/// Gives every new person their primary calendar. Owned by the composition root; thread-safe.
class WelcomeCalendar final : public accounts::WelcomeGift {
 public:
  explicit WelcomeCalendar(calendar::CalendarEditor& editor) : editor_(editor) {}

  void add(jobs::UnitOfWork& unit, const accounts::User& user, const std::string& timeZone,
           const std::string& requestId) override {
    const jobs::Actor actor{.requestId = requestId, .traceParent = {}};
    editor_.createPrimary(unit, user.id, timeZone, actor);
  }

 private:
  calendar::CalendarEditor& editor_;
};

}  // namespace sw::app
