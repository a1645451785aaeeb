#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>

#include "accounts/provisioner.h"
#include "accounts/settings_json.h"
#include "adapters/sql/sql_goal_store.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_linked_progress.h"
#include "adapters/sql/sql_task_store.h"
#include "app/commands/command.h"
#include "app/commands/command_data.h"
#include "app/commands/console.h"
#include "app/commands/progress.h"
#include "app/example/example_life.h"
#include "app/example/example_writer.h"
#include "base/local_loop.h"
#include "calendar/calendar_file.h"
#include "calendar/calendar_importer.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct ExampleOptions {
  std::string user{accounts::Provisioner::kOwnerSubject};
  std::uint64_t seed = 1;
  std::string zone = "Europe/Berlin";
};

/// Where the story goes besides the calendar.
struct StoryStores {
  explicit StoryStores(sql::Database& database)
      : habits(database), goals(database), linked(database), tasks(database) {}

  sql::SqlHabitStore habits;
  sql::SqlGoalStore goals;
  sql::SqlLinkedProgress linked;
  sql::SqlTaskStore tasks;
};

/// Nothing of a real person may get mixed with a story.
Result<void> checkEmpty(StoryStores& stores, base::Uuid userId) {
  using Which = habits::HabitStore::Which;
  SW_TRY(const auto habits, base::runBlocking(stores.habits.list(userId, Which::kAll, {}, 1)));
  SW_TRY(const auto goals, base::runBlocking(stores.goals.count(userId)));
  SW_TRY(const auto tasks, base::runBlocking(stores.tasks.count(userId)));
  if (habits.empty() && goals == 0 && tasks == 0) return {};
  return Error(Code::kConflict,
               "the user has habits, goals or tasks already; an example is for an empty account");
}

/// Whoever has chosen a zone keeps it.
Result<accounts::DayRule> liveIn(CommandData& data, base::Uuid userId, const std::string& zone) {
  accounts::SettingsStore& store = data.stores->settings;
  SW_TRY(const auto stored, base::runBlocking(store.find(userId)));
  if (stored && stored->revision > 1) {
    SW_TRY(const auto settings, accounts::fromStored(*stored));
    return accounts::dayRuleOf(settings);
  }
  const accounts::Settings settings = accounts::Settings::defaults(zone);
  SW_TRY(const auto rule, accounts::dayRuleOf(settings));
  const accounts::SettingsStore::Stored chosen{accounts::toSettingsDocument(settings),
                                               (stored ? stored->revision : 0) + 1,
                                               data.clock.now()};
  const auto unit = data.stores->storage.begin();
  store.put(*unit, userId, chosen);
  SW_CHECK(base::runBlocking(unit->commit()));
  return rule;
}

Result<void> writeExample(const ExampleOptions& options, const Invocation& invocation) {
  SW_TRY(const auto data, openData(invocation));
  SW_TRY(const accounts::User user, findUser(*data, options.user));
  StoryStores story(data->stores->database());
  SW_CHECK(checkEmpty(story, user.id));
  SW_TRY(const accounts::DayRule day, liveIn(*data, user.id, options.zone));
  SW_TRY(const calendar::CalendarAccess access,
         findCalendar(*data, user.id, {}, accounts::AccessRole::kWriter));
  const ExampleLife life = makeExampleLife(options.seed, data->clock.now(), day);

  SW_TRY(const auto file, calendar::CalendarFile::open(life.calendarFile));
  const jobs::Actor actor;
  const calendar::CalendarImporter::Controls controls;
  SW_TRY(const auto imported,
         base::runBlocking(data->services->importer.run(access.calendar, *file, actor, controls)));
  Stores& stores = *data->stores;
  ExampleWriter writer({stores.storage, stores.changes, stores.settings, story.habits, story.goals,
                        story.linked, story.tasks},
                       user.id, day);
  ProgressBar bar("writing half a year", data->clock);
  const auto progress = [&](std::size_t written) {
    bar.update(static_cast<std::int64_t>(written), static_cast<std::int64_t>(life.deeds.size()));
  };
  SW_CHECK(base::runBlocking(writer.write(life.deeds, progress)));
  printLine("half a year of somebody who does not exist: " + std::to_string(imported.created) +
            " events and series, " + std::to_string(life.deeds.size()) +
            " things told of habits, goals and tasks");
  return {};
}

}  // namespace

void addExample(CLI::App& parser, Action& chosen) {
  const auto options = std::make_shared<ExampleOptions>();
  CLI::App* command = parser.add_subcommand(
      "example",
      "Fill an empty account with half a year of a made-up person's calendar, habits, goals "
      "and tasks, up to now.");
  command->add_option("--user", options->user, "Whose account: the sub of their tokens.")
      ->type_name("SUB")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Another number, another half year.")
      ->type_name("NUMBER")
      ->capture_default_str();
  command
      ->add_option("--zone", options->zone,
                   "Where the person lives, unless their settings say it already.")
      ->type_name("ZONE")
      ->capture_default_str();
  command->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) {
      const auto done = writeExample(*options, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
