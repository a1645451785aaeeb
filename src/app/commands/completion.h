#pragma once

#include <string>
#include <vector>

namespace sw::app {

/// A command as completion knows it; a nested one by both its words, as "token create".
struct CompletedCommand {
  std::string name;
  std::vector<std::string> options;  // "--user"
  bool takesFile = false;
};

/// A script for bash that completes the program's commands, their options, and `settings`, which
/// are options of every command. Needs nothing but bash 4.
std::string bashCompletion(const std::vector<CompletedCommand>& commands,
                           const std::vector<std::string>& settings);

}  // namespace sw::app
