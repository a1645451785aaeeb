#include "app/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "app/build_info.h"
#include "app/commands/arguments.h"
#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/commands/help_text.h"

namespace sw::app {
namespace {

constexpr const char* kFooter = R"(
Every variable of the configuration is also an option of every command, as in
--data-dir FOLDER or --port 8080; `scheduling-worker config --help` lists them.

Exit status: 0 success, 1 failure, 2 the command line cannot be understood,
78 the configuration has mistakes (each is printed).)";

void describeProgram(CLI::App& parser, Invocation& invocation) {
  parser.name("scheduling-worker");
  parser.footer(kFooter);
  parser.set_help_flag("-h,--help", "Print this help and exit.");
  parser.set_version_flag("--version", "scheduling-worker " + std::string(buildInfo().version),
                          "Print the version and exit.");
  parser
      .add_option("--config", invocation.configFile,
                  "Read the configuration from this YAML file; the environment and options "
                  "win over it.")
      ->type_name("FILE");
  parser.require_subcommand(1);
  parser.fallthrough();
  parser.formatter(makeHelpFormatter());
}

/// What could not be understood, as lines on standard error.
ExitCode complainOfUsage(const CLI::App& parser, const CLI::ParseError& error) {
  std::vector<std::string> sentences;
  const CLI::App* command = &parser;
  if (const auto chosen = parser.get_subcommands(); !chosen.empty()) command = chosen.front();
  const std::vector<std::string> unknown = parser.remaining(true);
  const bool wantsCommand = command->get_require_subcommand_min() > 0;
  if (wantsCommand && !unknown.empty() && !unknown.front().starts_with('-')) {
    const std::string before = command == &parser ? "" : command->get_name() + " ";
    sentences.push_back("there is no command " + before + unknown.front());
  } else if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    sentences = explainUnknown(unknown);
  }
  if (sentences.empty()) sentences.emplace_back(error.what());
  for (const std::string& sentence : sentences) complain(sentence);
  const std::string name = command == &parser ? "" : command->get_name() + " ";
  complain("see scheduling-worker " + name + "--help");
  return kExitUsage;
}

}  // namespace

base::Result<base::LoadedConfig> configurationOf(const Invocation& invocation) {
  return base::loadConfig({.flags = invocation.settings,
                           .environment = base::processEnvironment,
                           .file = invocation.configFile});
}

int runCommandLine(std::span<const std::string> arguments) {
  auto separated = separateSettings(arguments);
  if (!separated.ok()) {
    complainOf(separated.error());
    return kExitUsage;
  }
  Invocation invocation{.settings = std::move(separated->settings), .configFile = {}};
  Action chosen;
  CLI::App parser(
      "Keeps calendars, goals and habits, plans time, and tells its operator everything.");
  describeProgram(parser, invocation);
  for (const auto add : {addServe, addImport, addExport, addExample, addMigrate, addBackup,
                         addRestore, addConfig, addToken, addJobs, addHealth, addDoctor,
                         addDebugBundle, addAlertDrill, addVersion, addCompletion}) {
    add(parser, chosen);
  }
  for (CLI::App* command : parser.get_subcommands({})) command->fallthrough();
  try {
    std::ranges::reverse(separated->rest);  // as the parser takes them
    parser.parse(std::move(separated->rest));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &parser;
    std::string before;
    for (auto below = asked->get_subcommands(); !below.empty(); below = asked->get_subcommands()) {
      before += (before.empty() ? "" : " ") + asked->get_name();
      asked = below.front();
    }
    printLine(asked->help(before));
    return kExitSuccess;
  } catch (const CLI::CallForVersion& version) {
    printLine(version.what());
    return kExitSuccess;
  } catch (const CLI::ParseError& error) {
    return complainOfUsage(parser, error);
  }
  return chosen ? chosen(invocation) : kExitUsage;
}

}  // namespace sw::app
