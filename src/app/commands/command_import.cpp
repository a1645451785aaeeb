#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "accounts/provisioner.h"
#include "app/commands/command.h"
#include "app/commands/command_data.h"
#include "app/commands/console.h"
#include "app/commands/progress.h"
#include "base/local_loop.h"
#include "calendar/calendar_file.h"
#include "calendar/calendar_importer.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using calendar::CalendarFile;
using calendar::ImportOutcome;

/// Items between two looks at the progress.
constexpr std::size_t kLook = 100;
constexpr std::size_t kToldItems = 20;

struct ImportOptions {
  std::string file;
  std::string user{accounts::Provisioner::kOwnerSubject};
  std::string calendar;
};

Result<std::string> readInput(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return std::move(text).str();
  }
  std::ifstream in(path, std::ios::binary);
  if (in.is_open()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) return Error(Code::kIo, "cannot read " + path);
  return std::move(text).str();
}

/// Puts the whole file into the calendar, all of it or nothing.
Result<ImportOutcome> put(CommandData& data, const calendar::Calendar& into, CalendarFile& file) {
  ProgressBar progress("importing", data.clock);
  calendar::CalendarImporter::Controls controls;
  controls.progress = [&](std::size_t done, std::size_t total) {
    if (done % kLook != 0) return;
    progress.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
  };
  const jobs::Actor actor;
  return base::runBlocking(data.services->importer.run(into, file, actor, controls));
}

void tell(const ImportOutcome& outcome, const std::string& calendarName) {
  std::size_t told = 0;
  for (const ImportOutcome::Item& item : outcome.items) {
    if (++told > kToldItems) break;
    const std::string& name = !item.summary.empty() ? item.summary : item.uid;
    for (const std::string& issue : item.issues) {
      noteLine((name.empty() ? std::string("the file") : "\"" + name + "\"") + ": " + issue);
    }
  }
  if (outcome.items.size() > kToldItems) {
    noteLine("… and of " + std::to_string(outcome.items.size() - kToldItems) + " more items");
  }
  printLine(std::to_string(outcome.created) + " new, " + std::to_string(outcome.updated) +
            " updated, " + std::to_string(outcome.unchanged) + " unchanged, " +
            std::to_string(outcome.failed) + " failed, in the calendar \"" + calendarName + "\"");
}

Result<void> importFile(const ImportOptions& options, const Invocation& invocation) {
  SW_TRY(std::string text, readInput(options.file));
  SW_TRY(const auto data, openData(invocation));
  calendar::ReadOptions reading;
  reading.maxBytes = std::max<std::size_t>(data->loaded.config.http.maxImportBytes, text.size());
  const auto file = CalendarFile::open(std::move(text), reading);
  if (!file.ok()) return file.error().wrap(options.file);
  SW_TRY(const accounts::User user, findUser(*data, options.user));
  SW_TRY(const calendar::CalendarAccess access,
         findCalendar(*data, user.id, options.calendar, accounts::AccessRole::kWriter));
  SW_TRY(const ImportOutcome outcome, put(*data, access.calendar, **file));
  tell(outcome, access.calendar.name);
  return {};
}

}  // namespace

void addImport(CLI::App& parser, Action& chosen) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = parser.add_subcommand(
      "import",
      "Put the events of an iCalendar file into a calendar, all or nothing. Events that "
      "are there already (by UID) are updated.");
  command->add_option("FILE", options->file, "The file (.ics), or - for standard input.")
      ->required()
      ->type_name("FILE");
  command->add_option("--user", options->user, "Whose calendar: the sub of their tokens.")
      ->type_name("SUB")
      ->capture_default_str();
  command
      ->add_option("--calendar", options->calendar,
                   "Name or id of the calendar; the primary one without it.")
      ->type_name("NAME");
  command->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) {
      const auto done = importFile(*options, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
