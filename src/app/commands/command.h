#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/exit_code.h"
#include "base/config.h"
#include "base/result.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name is that of CLI11
class App;
}

namespace sw::app {

/// What every command is given of the command line.
struct Invocation {
  std::vector<std::pair<std::string, std::string>> settings;  // flags that name variables
  std::string configFile;                                     // of --config; empty: none
};

/// The configuration of an invocation: its flags, the process's environment, its file.
/// `kConfiguration` with every mistake.
base::Result<base::LoadedConfig> configurationOf(const Invocation& invocation);

/// What a chosen command does; its outcome is the exit code.
using Action = std::function<ExitCode(const Invocation&)>;

/// Each declares one command in `parser`, and sets `chosen` when the command line asks for it.
/// The parser must not outlive `chosen`.
void addServe(CLI::App& parser, Action& chosen);
void addImport(CLI::App& parser, Action& chosen);
void addExport(CLI::App& parser, Action& chosen);
void addExample(CLI::App& parser, Action& chosen);
void addMigrate(CLI::App& parser, Action& chosen);
void addBackup(CLI::App& parser, Action& chosen);
void addRestore(CLI::App& parser, Action& chosen);
void addConfig(CLI::App& parser, Action& chosen);
void addToken(CLI::App& parser, Action& chosen);
void addHealth(CLI::App& parser, Action& chosen);
void addDoctor(CLI::App& parser, Action& chosen);
void addDebugBundle(CLI::App& parser, Action& chosen);
void addAlertDrill(CLI::App& parser, Action& chosen);
void addJobs(CLI::App& parser, Action& chosen);
void addVersion(CLI::App& parser, Action& chosen);
void addCompletion(CLI::App& parser, Action& chosen);

}  // namespace sw::app
