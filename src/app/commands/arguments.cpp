#include "app/commands/arguments.h"

#include "base/config.h"

namespace sw::app {
namespace {

bool isSetting(std::span<const std::string> tokens) { return base::readFlags(tokens).ok(); }

/// How many of the tokens at the begin of `arguments` are one setting; 0 when it is none.
std::size_t settingLength(std::span<const std::string> arguments) {
  const std::string& first = arguments.front();
  if (first.size() < 3 || !first.starts_with("--")) return 0;
  if (isSetting(arguments.first(1))) return 1;  // with "=", or yes-or-no
  if (first.find('=') != std::string::npos) return 0;
  const std::vector<std::string> withValue{first, "value"};
  if (!isSetting(withValue)) return 0;
  return arguments.size() > 1 ? 2 : 1;
}

}  // namespace

base::Result<Arguments> separateSettings(std::span<const std::string> arguments) {
  Arguments separated;
  std::vector<std::string> settings;
  while (!arguments.empty() && arguments.front() != "--") {
    const std::size_t length = settingLength(arguments);
    auto& target = length > 0 ? settings : separated.rest;
    const std::size_t taken = length > 0 ? length : 1;
    target.insert(target.end(), arguments.begin(),
                  arguments.begin() + static_cast<std::ptrdiff_t>(taken));
    arguments = arguments.subspan(taken);
  }
  separated.rest.insert(separated.rest.end(), arguments.begin(), arguments.end());
  SW_TRY(separated.settings, base::readFlags(settings));
  return separated;
}

std::vector<std::string> explainUnknown(std::span<const std::string> arguments) {
  std::vector<std::string> sentences;
  const auto read = base::readFlags(arguments);
  if (read.ok()) return sentences;
  for (const base::FieldProblem& problem : read.error().details()) {
    sentences.push_back(problem.field + ": " + problem.issue);
  }
  return sentences;
}

}  // namespace sw::app
