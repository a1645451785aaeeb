#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <string>

#include "app/application.h"
#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/stop_signals.h"

namespace sw::app {
namespace {

/// Few arenas, and an early return of what is free, keep the memory of many threads small.
void tuneMemory() {
  constexpr int kArenas = 4;
  constexpr int kTrimAt = 512 * 1024;
  constexpr int kMapAt = 256 * 1024;
  // NOLINTBEGIN(concurrency-mt-unsafe): before there is a second thread
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_TRIM_THRESHOLD, kTrimAt);
  mallopt(M_MMAP_THRESHOLD, kMapAt);
  // NOLINTEND(concurrency-mt-unsafe)
}

void tellSignIn(const Application& application, const base::Config& config) {
  if (application.signInLink()) {
    noteLine("Sign in: " + *application.signInLink());
  } else if (!config.auth.setupCode.empty()) {
    noteLine("Open " + application.page() + " and enter the set-up code, or sign in");
  }
}

/// Serves until a signal asks to stop. SIGHUP asks to reload, unless it says that the terminal
/// which watched is gone.
void serveUntilAsked(StopSignals& signals, Application& application, const Invocation& invocation) {
  const bool watched = isatty(STDERR_FILENO) == 1;
  while (signals.wait() == SIGHUP) {
    if (watched && isatty(STDERR_FILENO) != 1) return;
    application.reload(configurationOf(invocation));
  }
}

ExitCode serve(const Invocation& invocation) {
  tuneMemory();
  StopSignals signals;  // before the first thread
  const auto loaded = configurationOf(invocation);
  if (!loaded.ok()) return complainOf(loaded.error());
  const base::SystemClock clock;
  auto application = Application::start(*loaded, clock);
  if (!application.ok()) return complainOf(application.error());
  tellSignIn(**application, loaded->config);
  (*application)
      ->announceReady();  // after the line, for scripts that wait for the one to read the other
  serveUntilAsked(signals, **application, invocation);
  signals.letNextOneKill();
  // What was cut off cannot be taken apart; everything that lasts is written by then.
  if (!(*application)->stop()) _exit(kExitSuccess);
  return kExitSuccess;
}

}  // namespace

void addServe(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand(
      "serve",
      "Run the service until SIGTERM or Ctrl-C; a second one ends it at once. The first "
      "start prints an address to sign in with. SIGHUP reads the levels of the log and the "
      "certificate again, and opens the log file again.");
  command->callback([&chosen] { chosen = serve; });
}

}  // namespace sw::app
