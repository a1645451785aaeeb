#include <CLI/CLI.hpp>

#include "adapters/sql/migration.h"
#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/stores.h"

namespace sw::app {
namespace {

base::Result<void> migrate(const Invocation& invocation) {
  SW_TRY(const base::LoadedConfig loaded, configurationOf(invocation));
  const base::SystemClock clock;
  SW_TRY(const auto stores, Stores::open(loaded.config, clock));
  const std::string version = std::to_string(sql::newestSchema());
  const int steps = stores->migrationsRun();
  if (steps > 0) {
    printLine("The schema went " + std::to_string(steps) + " steps forward and is at version " +
              version);
  } else {
    printLine("The schema is at version " + version);
  }
  return {};
}

}  // namespace

void addMigrate(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand(
      "migrate",
      "Make the database, or bring its schema to this program's version. A SQLite file "
      "is backed up before. serve does the same at its start.");
  command->callback([&chosen] {
    chosen = [](const Invocation& invocation) {
      const auto done = migrate(invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
