#pragma once

#include <string_view>

#include "app/commands/exit_code.h"
#include "base/error.h"

/// What commands say to the person who runs them. Results go to standard output, everything else
/// to standard error. Blocks as writing to a terminal does.
namespace sw::app {

/// A line to standard output, as it is.
void printLine(std::string_view line);
/// A line to standard error, as it is.
void noteLine(std::string_view line);
/// A line to standard error that begins with the program's name.
void complain(std::string_view problem);

/// Complains about an error, one line for each of its details or one for its whole chain, and
/// answers the exit code that goes with it.
ExitCode complainOf(const base::Error& error);

}  // namespace sw::app
