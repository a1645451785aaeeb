#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "accounts/provisioner.h"
#include "app/command.h"
#include "app/command_data.h"
#include "app/console.h"
#include "app/progress.h"
#include "base/local_loop.h"
#include "calendar/calendar_importer.h"
#include "calendar/ical_reader.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using calendar::ImportedCalendar;
using calendar::ImportOutcome;

/// Items between two looks at the progress.
constexpr std::size_t kSlice = 100;
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

/// The next items of a file with what is said of them, taken out of it.
ImportedCalendar takeSlice(ImportedCalendar& file, std::size_t from) {
  ImportedCalendar slice;
  std::set<std::string> uids;
  for (std::size_t i = from; i < std::min(from + kSlice, file.items.size()); ++i) {
    uids.insert(file.items[i].uid);
    slice.items.push_back(std::move(file.items[i]));
  }
  const auto moved =
      std::partition(file.issues.begin(), file.issues.end(),
                     [&](const calendar::ImportIssue& issue) { return !uids.contains(issue.uid); });
  std::move(moved, file.issues.end(), std::back_inserter(slice.issues));
  file.issues.erase(moved, file.issues.end());
  return slice;
}

void addOutcome(ImportOutcome& sum, ImportOutcome part) {
  sum.created += part.created;
  sum.updated += part.updated;
  sum.unchanged += part.unchanged;
  sum.failed += part.failed;
  std::move(part.items.begin(), part.items.end(), std::back_inserter(sum.items));
}

/// Puts the whole file into the calendar, all of it or nothing.
Result<ImportOutcome> put(CommandData& data, const calendar::Calendar& into,
                          ImportedCalendar file) {
  const auto unit = data.stores->storage.begin();
  const calendar::Actor actor;
  ImportOutcome outcome;
  ProgressBar progress("importing", data.clock);
  const std::size_t total = file.items.size();
  for (std::size_t done = 0; done < total; done += kSlice) {
    progress.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
    const ImportedCalendar slice = takeSlice(file, done);
    SW_TRY(ImportOutcome part,
           base::runBlocking(data.services->importer.apply(*unit, into, slice, actor)));
    addOutcome(outcome, std::move(part));
  }
  file.items.clear();
  SW_TRY(ImportOutcome rest,
         base::runBlocking(data.services->importer.apply(*unit, into, file, actor)));
  addOutcome(outcome, std::move(rest));
  SW_CHECK(base::runBlocking(unit->commit()));
  return outcome;
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
  SW_TRY(const std::string text, readInput(options.file));
  SW_TRY(const auto data, openData(invocation));
  calendar::ReadOptions reading;
  reading.maxBytes = std::max<std::size_t>(data->loaded.config.http.maxImportBytes, text.size());
  auto file = calendar::readCalendar(text, reading);
  if (!file.ok()) return file.error().wrap(options.file);
  SW_TRY(const accounts::User user, findUser(*data, options.user));
  SW_TRY(const calendar::CalendarAccess access,
         findCalendar(*data, user.id, options.calendar, accounts::AccessRole::kWriter));
  SW_TRY(const ImportOutcome outcome, put(*data, access.calendar, *std::move(file)));
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
