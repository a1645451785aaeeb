#pragma once

#include <span>
#include <string>

namespace sw::app {

/// Does what the arguments (without the program's name) ask for; the outcome is the exit code.
/// Every mistake becomes a line on standard error. Blocks as long as the command runs.
int runCommandLine(std::span<const std::string> arguments);

}  // namespace sw::app
