#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sw::app {

/// A command line with its configuration taken out of it.
struct Arguments {
  std::vector<std::pair<std::string, std::string>> settings;  // "PORT", "8080"
  std::vector<std::string> rest;  // the command with its own options, in order
};

/// Takes every `--data-dir VALUE`, `--data-dir=VALUE` and `--collect-default-metrics` that names a
/// variable of the configuration out of `arguments`, wherever it stands before a "--".
/// `kConfiguration` when the last one lacks its value.
base::Result<Arguments> separateSettings(std::span<const std::string> arguments);

/// For options that no command knows: one sentence each, with the variable that is nearly called
/// so. Arguments that are no options are named too.
std::vector<std::string> explainUnknown(std::span<const std::string> arguments);

}  // namespace sw::app
