#pragma once

#include <span>
#include <string_view>

#include "base/config.h"
#include "base/config_values.h"

namespace sw::base::config {

enum class Secrecy {
  kOpen,
  kPassword,  // an address whose password is a secret
  kWhole,
};

/// One variable: everything the program knows of it.
struct Variable {
  std::string_view name;
  std::string_view type;         // for people: "port", "duration" …
  std::string_view fallback;     // the default; in parentheses where it is worked out later
  std::string_view description;  // whole sentences
  std::string_view example;
  Expectation (*apply)(Config& config, std::string_view text);
  Secrecy secrecy = Secrecy::kOpen;
  std::string_view treeKey{};  // in the requirement's tree, as in "prometheus.port"

  [[nodiscard]] bool isBoolean() const { return type == "yes or no"; }
  [[nodiscard]] bool isSecret() const { return secrecy != Secrecy::kOpen; }
  /// The default as text to read; empty where there is none or it is worked out later.
  [[nodiscard]] std::string_view readableFallback() const {
    return fallback.starts_with('(') ? std::string_view() : fallback;
  }
};

struct Group {
  std::string_view title;
  std::span<const Variable> variables;
};

/// The groups in the order of the documentation.
std::span<const Group> serviceGroups();
std::span<const Group> accessGroups();
std::span<const Group> telemetryGroups();

/// The variable of that name, or null.
const Variable* findVariable(std::string_view name);
/// Calls `visit` for each variable, in the order of the documentation.
template <class Visit>
void forEachVariable(Visit&& visit) {
  for (const auto groups : {serviceGroups(), accessGroups(), telemetryGroups()}) {
    for (const Group& group : groups) {
      for (const Variable& variable : group.variables) visit(group, variable);
    }
  }
}

}  // namespace sw::base::config
