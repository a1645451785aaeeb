#include "app/commands/command_data.h"

#include <optional>
#include <utility>
#include <vector>

#include "accounts/provisioner.h"
#include "app/data_folder.h"
#include "base/local_loop.h"

namespace sw::app {

using accounts::Provisioner;
using base::Code;
using base::Error;
using base::Result;
using calendar::CalendarAccess;

Result<std::unique_ptr<CommandData>> openData(const Invocation& invocation) {
  auto data = std::make_unique<CommandData>();
  SW_TRY(data->loaded, configurationOf(invocation));
  const base::Config& config = data->loaded.config;
  SW_CHECK(makeDataFolder(config.data.directory));
  SW_TRY(const Secrets secrets, loadSecrets(config.auth, config.data.directory));
  SW_TRY(data->stores, Stores::open(config, data->clock));
  SW_TRY(data->services, Services::make(config, secrets, *data->stores, data->clock));
  return data;
}

Result<accounts::User> findUser(CommandData& data, const std::string& subject) {
  if (subject == Provisioner::kOwnerSubject) {
    return base::runBlocking(data.services->provisioner.owner({}));
  }
  SW_TRY(std::optional<accounts::User> user,
         base::runBlocking(data.stores->users.findBySubject(subject)));
  if (!user) return Error(Code::kNotFound, "there is no user \"" + subject + "\"");
  return *std::move(user);
}

namespace {

Result<CalendarAccess> checked(CalendarAccess access, accounts::AccessRole needed) {
  if (access.role >= needed) return access;
  return Error(Code::kForbidden,
               "the user may only read the calendar \"" + access.calendar.name + "\"");
}

}  // namespace

Result<CalendarAccess> findCalendar(CommandData& data, base::Uuid userId, const std::string& text,
                                    accounts::AccessRole needed) {
  if (const auto id = base::Uuid::parse(text)) {
    return base::runBlocking(data.services->directory.access(userId, *id, needed));
  }
  SW_TRY(std::vector<CalendarAccess> visible,
         base::runBlocking(data.services->directory.visibleTo(userId)));
  if (text.empty() && !visible.empty()) return checked(std::move(visible.front()), needed);
  std::vector<CalendarAccess> named;
  for (CalendarAccess& access : visible) {
    if (access.calendar.name == text) named.push_back(std::move(access));
  }
  if (named.empty()) return Error(Code::kNotFound, "there is no calendar \"" + text + "\"");
  if (named.size() > 1) {
    return Error(Code::kInvalid, "several calendars are called \"" + text +
                                     "\"; name one by its id, as " +
                                     named.front().calendar.id.toString());
  }
  return checked(std::move(named.front()), needed);
}

}  // namespace sw::app
