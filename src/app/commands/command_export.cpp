#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>

#include "accounts/provisioner.h"
#include "app/commands/command.h"
#include "app/commands/command_data.h"
#include "app/commands/console.h"
#include "app/commands/output_file.h"
#include "app/commands/progress.h"
#include "base/local_loop.h"
#include "calendar/calendar_export.h"

namespace sw::app {
namespace {

using base::Result;

struct ExportOptions {
  std::string user{accounts::Provisioner::kOwnerSubject};
  std::string calendar;
  std::string output = "-";
};

Result<void> exportCalendar(const ExportOptions& options, const Invocation& invocation) {
  SW_TRY(const auto data, openData(invocation));
  SW_TRY(const accounts::User user, findUser(*data, options.user));
  SW_TRY(const calendar::CalendarAccess access,
         findCalendar(*data, user.id, options.calendar, accounts::AccessRole::kReader));
  SW_TRY(OutputFile out, OutputFile::open(options.output));
  calendar::CalendarExport file(data->stores->events, access, data->clock.now());
  ProgressBar progress("exporting, bytes", data->clock);
  std::int64_t bytes = 0;
  while (true) {
    SW_TRY(const std::optional<std::string> piece, base::runBlocking(file.next()));
    if (!piece) break;
    SW_CHECK(out.write(*piece));
    bytes += static_cast<std::int64_t>(piece->size());
    progress.update(bytes, 0);
  }
  return out.finish();
}

}  // namespace

void addExport(CLI::App& parser, Action& chosen) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command = parser.add_subcommand("export", "Write a calendar as an iCalendar file.");
  command->add_option("--user", options->user, "Whose calendar: the sub of their tokens.")
      ->type_name("SUB")
      ->capture_default_str();
  command
      ->add_option("--calendar", options->calendar,
                   "Name or id of the calendar; the primary one without it.")
      ->type_name("NAME");
  command
      ->add_option("-o,--output", options->output,
                   "Write to this file, whole or not at all; - is standard output.")
      ->type_name("FILE")
      ->capture_default_str();
  command->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) {
      const auto done = exportCalendar(*options, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
}

}  // namespace sw::app
