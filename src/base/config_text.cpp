#include <algorithm>

#include "base/config.h"
#include "base/config_variable.h"
#include "base/json.h"
#include "base/text.h"

namespace sw::base {
namespace {

using config::Group;
using config::Secrecy;
using config::Variable;

constexpr std::string_view kMasked = "[masked]";

constexpr std::string_view kOrder =
    "Values come from flags (--data-dir), then the environment (DATA_DIR), then the file of "
    "--config, then the defaults; the first that has one counts. The file is YAML with the names "
    "as they are here or in camelCase (dataDir); an unknown key stops the start. Every secret can "
    "be read from a file instead, whose path is in the variable with _FILE behind its name.";

std::string masked(const Variable& variable, const std::string& value) {
  switch (variable.secrecy) {
    case Secrecy::kOpen: return value;
    case Secrecy::kPassword: return config::maskPassword(value);
    case Secrecy::kWhole: return std::string(kMasked);
  }
  return std::string(kMasked);
}

/// The password in an address, empty when there is none.
std::string passwordOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t at = url.rfind('@');
  if (scheme == url.npos || at == url.npos || at < scheme + 3) return {};
  const std::size_t colon = url.find(':', scheme + 3);
  return colon < at ? std::string(url.substr(colon + 1, at - colon - 1)) : std::string();
}

std::string escapedCell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + escapedCell(text) + "`";
}

}  // namespace

std::vector<std::string> LoadedConfig::secrets() const {
  std::vector<std::string> found;
  for (const ConfigSetting& setting : settings) {
    const Variable* variable = config::findVariable(setting.name);
    if (variable == nullptr || setting.value.empty()) continue;
    if (variable->secrecy == Secrecy::kWhole) found.push_back(setting.value);
    if (variable->secrecy == Secrecy::kPassword) {
      if (std::string password = passwordOf(setting.value); !password.empty()) {
        found.push_back(std::move(password));
      }
    }
  }
  // The values of headers are secrets one by one as well.
  for (const auto* headers : {&config.tracing.otlpHeaders, &config.tracing.otlpTracesHeaders}) {
    for (const auto& [name, value] : *headers) found.push_back(value);
  }
  return found;
}

std::string describeMistakes(const Error& error) {
  std::string out;
  for (const FieldProblem& problem : error.details()) {
    if (!problem.field.empty()) out += problem.field + ": ";
    out += problem.issue + "\n";
  }
  return out.empty() ? error.describe() + "\n" : out;
}

std::string configHelp(std::size_t width) {
  std::string out = wrapText(kOrder, width, "");
  const Group* current = nullptr;
  config::forEachVariable([&](const Group& group, const Variable& variable) {
    if (&group != current) out.append("\n").append(group.title).append("\n");
    current = &group;
    out.append("  ").append(variable.name).append("  --").append(kebabFromConstant(variable.name));
    out.append("  (").append(variable.type).append(variable.isSecret() ? ", secret)\n" : ")\n");
    out += wrapText(variable.description, width, "      ");
    std::string facts = "Default: ";
    facts += variable.fallback.empty() ? std::string_view("unset") : variable.fallback;
    facts.append(". Example: ").append(variable.example);
    if (!variable.treeKey.empty()) facts.append(". In the file also ").append(variable.treeKey);
    out += wrapText(facts + ".", width, "      ");
  });
  return out;
}

std::string configMarkdown() {
  std::string out = "# Configuration\n\n";
  out +=
      "This page is generated from the tables in "
      "`src/base/config_{service,access,telemetry}.cpp`;\n"
      "`scheduling-worker config --help` prints the same.\n\n";
  out += wrapText(kOrder, 100, "");
  const Group* current = nullptr;
  config::forEachVariable([&](const Group& group, const Variable& variable) {
    if (&group != current) {
      out.append("\n## ").append(group.title).append("\n\n");
      out += "| variable | type | default | what | example |\n| --- | --- | --- | --- | --- |\n";
    }
    current = &group;
    out.append("| `").append(variable.name).append("` | ").append(escapedCell(variable.type));
    out.append(variable.isSecret() ? ", secret" : "").append(" | ");
    out.append(variable.fallback.starts_with('(') ? escapedCell(variable.fallback)
                                                  : code(variable.fallback));
    out.append(" | ").append(escapedCell(variable.description));
    if (!variable.treeKey.empty()) {
      out.append(" In the file also `").append(variable.treeKey).append("`.");
    }
    out.append(" | ");
    out.append(variable.example.starts_with('(') ? escapedCell(variable.example)
                                                 : code(variable.example));
    out.append(" |\n");
  });
  return out;
}

std::string maskedConfig(const LoadedConfig& loaded) {
  std::string out;
  json::Writer json(out);
  json.beginObject();
  for (const ConfigSetting& setting : loaded.settings) {
    const Variable* variable = config::findVariable(setting.name);
    if (variable == nullptr) continue;
    json.key(setting.name).beginObject().key("value");
    if (setting.value.empty()) {
      json.null();
    } else {
      std::string shown;
      appendAsUtf8(shown, masked(*variable, setting.value));
      json.string(shown);
    }
    json.field("origin", setting.origin).endObject();
  }
  json.endObject();
  return out;
}

}  // namespace sw::base
