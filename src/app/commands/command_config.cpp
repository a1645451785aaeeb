#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/serve_settings.h"

namespace sw::app {
namespace {

struct ConfigOptions {
  bool check = false;
  bool help = false;
};

ExitCode showConfig(const ConfigOptions& options, const Invocation& invocation) {
  if (options.help) {
    printLine(
        "Usage: scheduling-worker config [--check] [OPTIONS]\n\n"
        "Print the configuration as it is in force, secrets masked, as JSON.\n\n"
        "  --check   Print nothing when it is right; else every mistake, exit status 78.\n");
    printLine(base::configHelp());
    return kExitSuccess;
  }
  const auto loaded = configurationOf(invocation);
  if (!loaded.ok()) return complainOf(loaded.error());
  if (!options.check) {
    printLine(base::maskedConfig(*loaded));
    return kExitSuccess;
  }
  const auto resolved = resolveSettings(loaded->config);
  return resolved.ok() ? kExitSuccess : complainOf(resolved.error());
}

}  // namespace

void addConfig(CLI::App& parser, Action& chosen) {
  const auto options = std::make_shared<ConfigOptions>();
  CLI::App* command = parser.add_subcommand(
      "config",
      "Print the configuration in force, secrets masked; --help documents every "
      "variable.");
  command->set_help_flag();  // its own lists the variables
  command->add_flag("-h,--help", options->help, "Print every variable with default and example.");
  command->add_flag("--check", options->check, "Only check it.");
  command->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) { return showConfig(*options, invocation); };
  });
}

}  // namespace sw::app
