#pragma once

#include <memory>
#include <string>

#include "accounts/sharing.h"
#include "accounts/user.h"
#include "app/commands/command.h"
#include "app/secrets.h"
#include "app/services.h"
#include "app/stores.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "calendar/calendar_directory.h"

namespace sw::app {

/// What a command that works on the data opens, in the order of dependence. A service may run on
/// the same data meanwhile.
struct CommandData {
  base::LoadedConfig loaded;
  base::SystemClock clock;
  std::unique_ptr<Stores> stores;
  std::unique_ptr<Services> services;
};

/// Opens the data of an invocation's configuration, made and migrated where needed. Blocks. Fails
/// as the configuration, the data folder and the database do.
base::Result<std::unique_ptr<CommandData>> openData(const Invocation& invocation);

/// The user with that subject. The owner is made where there is none yet; another is `kNotFound`.
base::Result<accounts::User> findUser(CommandData& data, const std::string& subject);

/// The calendar of the user with that id or name, the primary one for an empty text. `kNotFound`
/// when there is none, `kForbidden` below the role, `kInvalid` when several are called so.
base::Result<calendar::CalendarAccess> findCalendar(CommandData& data, base::Uuid userId,
                                                    const std::string& text,
                                                    accounts::AccessRole needed);

}  // namespace sw::app
