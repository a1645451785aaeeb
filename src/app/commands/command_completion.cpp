#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/completion.h"
#include "app/commands/console.h"
#include "base/config_variable.h"
#include "base/text.h"

namespace sw::app {
namespace {

CompletedCommand describe(const CLI::App& command, const std::string& name) {
  CompletedCommand described{.name = name, .options = {}};
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& spelling : option->get_lnames()) {
      if (spelling != "help") described.options.push_back("--" + spelling);
    }
    described.takesFile |= option->get_positional() && option->get_type_name() == "FILE";
  }
  return described;
}

/// The commands of a parser, each followed by those below it.
void collect(const CLI::App& parser, const std::string& prefix,
             std::vector<CompletedCommand>& commands) {
  const auto all = [](const CLI::App*) { return true; };
  for (const CLI::App* command : parser.get_subcommands(all)) {
    const std::string name = prefix + command->get_name();
    commands.push_back(describe(*command, name));
    collect(*command, name + " ", commands);
  }
}

}  // namespace

void addCompletion(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand("completion", "Print a completion script.");
  command->require_subcommand(1);
  CLI::App* bash =
      command->add_subcommand("bash", "For bash: source <(scheduling-worker completion bash)");
  bash->callback([&parser, &chosen] {
    chosen = [&parser](const Invocation&) {
      std::vector<CompletedCommand> commands;
      collect(parser, "", commands);
      std::vector<std::string> settings;
      base::config::forEachVariable(
          [&settings](const base::config::Group&, const base::config::Variable& variable) {
            settings.push_back("--" + base::kebabFromConstant(variable.name));
          });
      printLine(bashCompletion(commands, settings));
      return kExitSuccess;
    };
  });
}

}  // namespace sw::app
