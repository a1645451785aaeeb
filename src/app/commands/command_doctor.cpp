#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/doctor/doctor.h"

namespace sw::app {
namespace {

/// The findings where the configuration itself is wrong: every mistake.
Findings mistakesOf(const base::Error& error) {
  Findings findings;
  constexpr std::string_view kName = "configuration";
  const std::string advice = "`scheduling-worker config --help` documents every variable";
  for (const base::FieldProblem& problem : error.details()) {
    findings.fail(kName, (problem.field.empty() ? "" : problem.field + ": ") + problem.issue,
                  advice);
  }
  if (error.details().empty()) findings.fail(kName, error.describe(), advice);
  return findings;
}

ExitCode examineAndTell(bool json, const Invocation& invocation) {
  const auto loaded = configurationOf(invocation);
  const base::SystemClock clock;
  Findings findings = loaded.ok() ? examine(*loaded, clock) : mistakesOf(loaded.error());
  printLine(json ? doctorJson(findings) : doctorText(findings, isatty(STDOUT_FILENO) == 1));
  if (!loaded.ok()) return kExitConfiguration;
  return findings.verdict() == Verdict::kFail ? kExitFailure : kExitSuccess;
}

}  // namespace

void addDoctor(CLI::App& parser, Action& chosen) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* command = parser.add_subcommand(
      "doctor",
      "Look at everything that the service needs here, say what is wrong and what to do. It "
      "changes nothing and sends nothing. Exit status 1 when something is wrong.");
  command->add_flag("--json", *json, "Print one JSON object.");
  command->callback([json, &chosen] {
    chosen = [json](const Invocation& invocation) { return examineAndTell(*json, invocation); };
  });
}

}  // namespace sw::app
