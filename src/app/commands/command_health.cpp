#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/operations/loopback_probe.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2500ms;  // below the 3 s that a container gives
constexpr const char* kPath = "/health/ready";

ExitCode askHealth(const Invocation& invocation) {
  const auto loaded = configurationOf(invocation);
  if (!loaded.ok()) return complainOf(loaded.error());
  const base::Config& config = loaded->config;
  // The operations listener speaks no TLS.
  const bool tls = !config.http.tlsCertFile.empty();
  const auto status = probe(tls ? config.operations.host : config.http.host,
                            tls ? config.operations.port : config.http.port, kPath, kPatience);
  if (!status.ok()) {
    complain(status.error().describe());
    return kExitFailure;
  }
  if (*status == 200) {
    printLine("ready");
    return kExitSuccess;
  }
  complain("not ready (status " + std::to_string(*status) + ")");
  return kExitFailure;
}

}  // namespace

void addHealth(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand(
      "health",
      "Ask the service that runs here with this configuration whether it is ready; exit "
      "status 0 or 1. For a container's HEALTHCHECK.");
  command->callback([&chosen] { chosen = askHealth; });
}

}  // namespace sw::app
