#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/commands/progress.h"
#include "app/data_folder.h"
#include "app/stores.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

Result<void> restore(const std::string& source, const Invocation& invocation) {
  SW_TRY(const base::LoadedConfig loaded, configurationOf(invocation));
  const base::Config::Data& config = loaded.config.data;
  if (dialectOf(config) != sql::Dialect::kSqlite) {
    return Error(Code::kConfiguration, "DATABASE_URL is no SQLite database; use pg_restore");
  }
  const base::SystemClock clock;
  const auto folder = std::filesystem::absolute(sqliteFile(config)).parent_path();
  SW_CHECK(makeDataFolder(folder));
  // A service that runs would go on with what it remembers of the data before.
  SW_TRY(const FolderLock lock, FolderLock::take(folder));
  SW_TRY(const auto stores, Stores::open(loaded.config, clock));
  ProgressBar progress("restoring", clock);
  SW_CHECK(
      stores->sqlite()->restoreFrom(source, [&progress](std::int64_t left, std::int64_t total) {
        progress.update(total - left, total);
      }));
  noteLine("Restored; what was there before is in " + config.backupDirectory);
  return {};
}

}  // namespace

void addRestore(CLI::App& parser, Action& chosen) {
  const auto source = std::make_shared<std::string>();
  CLI::App* command = parser.add_subcommand(
      "restore",
      "Replace the SQLite database by a backup, after a backup of what is there. Not "
      "while a service runs.");
  command->add_option("FILE", *source, "The backup to read.")->required()->type_name("FILE");
  command->callback([source, &chosen] {
    chosen = [source](const Invocation& invocation) {
      const auto done = restore(*source, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
