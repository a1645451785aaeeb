#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

/// What the process does when a fault ends it.
namespace sw::obs {

struct CrashOptions {
  std::filesystem::path folder;  // where reports go; made when it is missing
  std::string version;
};

/// From here on a fault of any thread (SIGSEGV, SIGBUS, SIGFPE, SIGILL), an abort and an exception
/// that nobody catches leave a file in the folder (see `readCrashReports`) with what happened,
/// when, in which thread and where in the code, and the last log records; then the process ends by
/// the signal as it would have. The file is written by means that are safe in a signal handler,
/// and with a time limit. One installation a process; another call changes the folder. `kIo` when
/// the folder cannot be made. Does nothing in a build with sanitizers, which report themselves.
base::Result<void> installCrashHandler(const CrashOptions& options);

/// Lets the calling thread handle a fault although its stack has overflowed: it gets a second
/// stack, until it ends. Without it such a fault ends the process without a report.
void useAlternateStack();

}  // namespace sw::obs
