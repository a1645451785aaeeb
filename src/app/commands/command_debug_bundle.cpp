#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/commands/debug_bundle.h"

namespace sw::app {
namespace {

ExitCode saveBundle(const std::string& target, const Invocation& invocation) {
  const auto loaded = configurationOf(invocation);
  if (!loaded.ok()) return complainOf(loaded.error());
  const base::SystemClock clock;
  const DebugBundle bundle = DebugBundle::gather(*loaded, clock);
  const std::string path = target.empty() ? bundle.name() + ".tar.gz" : target;
  const auto saved = bundle.save(path);
  if (!saved.ok()) return complainOf(saved.error());
  if (path != "-") printLine(path);
  return kExitSuccess;
}

}  // namespace

void addDebugBundle(CLI::App& parser, Action& chosen) {
  const auto target = std::make_shared<std::string>();
  CLI::App* command = parser.add_subcommand(
      "debug-bundle",
      "Gather what helps to find a fault into one archive. It holds metrics, health, the end of "
      "the log, requests, alerts, profiles where they are on, the masked configuration and the "
      "doctor's report, without secrets.");
  command
      ->add_option("-o,--out", *target,
                   "The file to write, - for standard output; by default one with the time in "
                   "its name, here.")
      ->type_name("FILE");
  command->callback([target, &chosen] {
    chosen = [target](const Invocation& invocation) { return saveBundle(*target, invocation); };
  });
}

}  // namespace sw::app
