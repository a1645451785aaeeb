#include <CLI/CLI.hpp>
#include <string>

#include "app/build_info.h"
#include "app/commands/command.h"
#include "app/commands/console.h"

namespace sw::app {

void addVersion(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand("version", "Print version, commit and compiler.");
  command->callback([&chosen] {
    chosen = [](const Invocation&) {
      const BuildInfo build = buildInfo();
      printLine("scheduling-worker " + std::string(build.version) + " (" +
                std::string(build.revision) + ", " + std::string(build.compiler) + ")");
      return kExitSuccess;
    };
  });
}

}  // namespace sw::app
