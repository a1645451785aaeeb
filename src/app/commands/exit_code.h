#pragma once

namespace sw::app {

/// How the program ends, as `scheduling-worker --help` documents it.
enum ExitCode : int {
  kExitSuccess = 0,
  kExitFailure = 1,
  kExitUsage = 2,           // the command line cannot be understood
  kExitConfiguration = 78,  // EX_CONFIG of sysexits: settings stop the start
};

}  // namespace sw::app
