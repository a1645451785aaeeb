#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/commands/progress.h"
#include "app/stores.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

Result<void> backUp(const std::string& target, const Invocation& invocation) {
  SW_TRY(const base::LoadedConfig loaded, configurationOf(invocation));
  const base::Config::Data& config = loaded.config.data;
  if (dialectOf(config) != sql::Dialect::kSqlite) {
    return Error(Code::kConfiguration, "DATABASE_URL is no SQLite database; use pg_dump");
  }
  const sql::SqliteOptions options = sqliteOptions(config);
  std::error_code problem;
  if (!std::filesystem::exists(options.file, problem)) {
    return Error(Code::kNotFound, "there is no database " + options.file.string());
  }
  const base::SystemClock clock;
  ProgressBar progress("backing up", clock);
  return sql::backUp(options, target, [&progress](std::int64_t left, std::int64_t total) {
    progress.update(total - left, total);
  });
}

}  // namespace

void addBackup(CLI::App& parser, Action& chosen) {
  const auto target = std::make_shared<std::string>();
  CLI::App* command = parser.add_subcommand(
      "backup",
      "Copy the SQLite database to a file, whole or not at all. A service may run "
      "meanwhile.");
  command->add_option("FILE", *target, "The file to write.")->required()->type_name("FILE");
  command->callback([target, &chosen] {
    chosen = [target](const Invocation& invocation) {
      const auto done = backUp(*target, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
