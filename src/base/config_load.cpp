#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>

#include "base/config.h"
#include "base/config_file.h"
#include "base/config_variable.h"
#include "base/log_components.h"
#include "base/paths.h"
#include "base/text.h"

namespace sw::base {
namespace config {

const Variable* findVariable(std::string_view name) {
  const Variable* found = nullptr;
  forEachVariable([&](const Group&, const Variable& variable) {
    if (variable.name == name) found = &variable;
  });
  return found;
}

}  // namespace config

namespace {

using config::Variable;

constexpr std::string_view kFileSuffix = "_FILE";

/// A value as one source gave it.
struct Given {
  std::string value;
  std::string origin;
  bool isFile = false;  // the value is the path of a file that holds it
};

/// The variable that a name means, and whether it is the NAME_FILE form of a secret.
struct Named {
  const Variable* variable = nullptr;
  bool isFile = false;
};

Named resolveName(std::string_view name) {
  if (const Variable* variable = config::findVariable(name)) return {variable, false};
  if (!name.ends_with(kFileSuffix)) return {};
  const Variable* variable = config::findVariable(name.substr(0, name.size() - kFileSuffix.size()));
  return variable != nullptr && variable->isSecret() ? Named{variable, true} : Named{};
}

/// The variable of a key of the file: its name, the name in camelCase, or the requirement's tree.
Named resolveKey(std::string_view key) {
  if (const Named named = resolveName(key); named.variable != nullptr) return named;
  Named found;
  config::forEachVariable([&](const config::Group&, const Variable& variable) {
    const std::string camel = camelFromConstant(variable.name);
    if (key == camel || (!variable.treeKey.empty() && key == variable.treeKey)) {
      found = {&variable, false};
    } else if (variable.isSecret() && key == camel + "File") {
      found = {&variable, true};
    }
  });
  return found;
}

/// Levenshtein's distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

/// " (did you mean port?)" for a name that is nearly one of those of `spell`, else nothing.
template <class Spell>
std::string suggestion(std::string_view unknown, Spell&& spell) {
  std::string best;
  std::size_t least = std::min<std::size_t>(3, unknown.size() / 2 + 1);
  config::forEachVariable([&](const config::Group&, const Variable& variable) {
    const std::string name = spell(variable);
    if (name.empty()) return;
    if (const std::size_t d = distance(unknown, name); d < least) {
      least = d;
      best = name;
    }
  });
  return best.empty() ? best : " (did you mean " + best + "?)";
}

Result<std::string> readSecretFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    return Error(Code::kConfiguration, "the file " + path + " cannot be read");
  }
  text = trim(text);
  if (text.empty()) return Error(Code::kConfiguration, "the file " + path + " is empty");
  return text;
}

/// Gathers what the sources say and turns it into a Config, noting every mistake.
class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  Result<LoadedConfig> load() {
    readFile();
    readEnvironment();
    readFlagValues();
    config::forEachVariable(
        [this](const config::Group&, const Variable& variable) { apply(variable); });
    completeDefaults();
    checkTogether();
    if (problems_.empty()) return std::move(loaded_);
    return Error(Code::kConfiguration, "the configuration has mistakes", std::move(problems_));
  }

 private:
  using Values = std::map<std::string_view, Given>;

  void problem(std::string where, std::string issue) {
    problems_.push_back({std::move(where), std::move(issue)});
  }
  /// Takes one value of a source; of NAME and NAME_FILE a source may give one.
  void take(Values& values, const Named& named, std::string value, std::string origin) {
    const auto [entry, fresh] =
        values.try_emplace(named.variable->name, Given{std::move(value), origin, named.isFile});
    if (!fresh) {
      problem(std::string(named.variable->name),
              "is set twice, by " + entry->second.origin + " and by " + origin);
    }
  }

  void readFile() {
    if (sources_.file.empty()) return;
    for (config::FileEntry& entry : config::readConfigFile(sources_.file, problems_)) {
      const std::string where = sources_.file + ":" + std::to_string(entry.line);
      const Named named = resolveKey(entry.key);
      if (named.variable == nullptr) {
        problem(where,
                "unknown key " + entry.key + suggestion(entry.key, [&](const Variable& variable) {
                  if (entry.key.find('.') != std::string::npos) {
                    return std::string(variable.treeKey);
                  }
                  const bool constant = entry.key.find('_') != std::string::npos;
                  return constant ? std::string(variable.name) : camelFromConstant(variable.name);
                }));
        continue;
      }
      take(file_, named, std::move(entry.value), where + " (" + entry.key + ")");
    }
  }
  void readEnvironment() {
    if (!sources_.environment) return;
    config::forEachVariable([this](const config::Group&, const Variable& variable) {
      const std::string name(variable.name);
      if (auto value = sources_.environment(name); value && !value->empty()) {
        take(environment_, {&variable, false}, *std::move(value), name + " in the environment");
      }
      if (!variable.isSecret()) return;
      const std::string fileName = name + std::string(kFileSuffix);
      if (auto path = sources_.environment(fileName); path && !path->empty()) {
        take(environment_, {&variable, true}, *std::move(path), fileName + " in the environment");
      }
    });
  }
  void readFlagValues() {
    for (const auto& [name, value] : sources_.flags) {
      const Named named = resolveName(name);
      if (named.variable == nullptr) {
        problem("--" + kebabFromConstant(name), "unknown flag");
        continue;
      }
      take(flags_, named, value, "--" + kebabFromConstant(name));
    }
  }

  void apply(const Variable& variable) {
    ConfigSetting setting{variable.name, {}, "unset"};
    for (const Values* values : {&flags_, &environment_, &file_}) {
      const auto found = values->find(variable.name);
      if (found == values->end()) continue;
      setting.value = found->second.value;
      setting.origin = found->second.origin;
      if (found->second.isFile) {
        auto content = readSecretFile(found->second.value);
        if (!content.ok()) {
          problem(std::string(variable.name),
                  content.error().message() + " (from " + setting.origin + ")");
          return;
        }
        setting.value = *std::move(content);
      }
      if (const auto expected = variable.apply(loaded_.config, setting.value)) {
        std::string issue = *expected;
        if (!variable.isSecret()) issue += ", got \"" + setting.value + "\"";
        problem(std::string(variable.name), issue + " (from " + setting.origin + ")");
      }
      loaded_.settings.push_back(std::move(setting));
      return;
    }
    if (const auto fallback = variable.readableFallback(); !fallback.empty()) {
      static_cast<void>(variable.apply(loaded_.config, fallback));
      setting.value = fallback;
      setting.origin = "default";
    }
    loaded_.settings.push_back(std::move(setting));
  }

  /// Writes what a default was worked out to.
  void note(std::string_view name, const std::string& value) {
    for (ConfigSetting& setting : loaded_.settings) {
      if (setting.name == name && setting.value.empty()) {
        setting.value = value;
        setting.origin = "default";
      }
    }
  }
  void completeDefaults() {
    Config& config = loaded_.config;
    if (config.data.directory.empty()) {
      const auto folder = sources_.environment ? defaultDataDirectory(sources_.environment)
                                               : std::optional<std::string>();
      if (folder) {
        config.data.directory = *folder;
      } else {
        problem("DATA_DIR", "must be set, since neither XDG_DATA_HOME nor HOME names a folder");
      }
    }
    const auto fill = [this](std::string_view name, std::string& value, std::string worked) {
      if (value.empty()) value = std::move(worked);
      note(name, value);
    };
    fill("DATA_DIR", config.data.directory, {});
    fill("DATABASE_URL", config.data.databaseUrl,
         "sqlite:" + config.data.directory + "/scheduling.db");
    fill("BACKUP_DIR", config.data.backupDirectory, config.data.directory + "/backups");
    fill("INSTANCE_ID", config.operations.instance, hostName());
    fill("SENTRY_ENVIRONMENT", config.errors.environment, "production");
    if (!config.http.publicUrl.empty()) {
      std::string base = config.http.publicUrl;
      while (base.ends_with('/')) base.pop_back();
      fill("GOOGLE_REDIRECT_URI", config.google.redirectUri, base + "/auth/google/callback");
    }
  }

  void together(std::string_view a, bool hasA, std::string_view b, bool hasB) {
    if (hasA && !hasB) problem(std::string(b), "must be set, since " + std::string(a) + " is");
    if (hasB && !hasA) problem(std::string(a), "must be set, since " + std::string(b) + " is");
  }
  void checkTogether() {
    const Config& config = loaded_.config;
    together("TLS_CERT_FILE", !config.http.tlsCertFile.empty(), "TLS_KEY_FILE",
             !config.http.tlsKeyFile.empty());
    together("GOOGLE_CLIENT_ID", !config.google.clientId.empty(), "GOOGLE_CLIENT_SECRET",
             !config.google.clientSecret.empty());
    together("OIDC_ISSUER", !config.auth.oidcIssuer.empty(), "OIDC_CLIENT_ID",
             !config.auth.oidcClientId.empty());
    together("KAFKA_SASL_USERNAME", !config.data.kafkaUser.empty(), "KAFKA_SASL_PASSWORD",
             !config.data.kafkaPassword.empty());
    const bool hasKeys = !config.auth.jwksUrl.empty() || !config.auth.jwksFile.empty();
    if (!config.auth.jwksUrl.empty() && !config.auth.jwksFile.empty()) {
      problem("JWKS_FILE", "must not be set together with JWKS_URL");
    }
    if (hasKeys && config.auth.jwtIssuer.empty()) {
      problem("JWT_ISSUER", "must be set when keys come from JWKS_URL or JWKS_FILE");
    }
    if (hasKeys && config.auth.jwtAudience.empty()) {
      problem("JWT_AUDIENCE", "must be set when keys come from JWKS_URL or JWKS_FILE");
    }
    if (!config.alerting.emailTo.empty() && config.alerting.smtpUrl.empty()) {
      problem("SMTP_URL", "must be set for mail to the addresses of ALERT_EMAIL_TO");
    }
    if (config.http.port != 0 && config.http.port == config.operations.port &&
        config.http.host == config.operations.host) {
      problem("PROMETHEUS_PORT", "must differ from PORT on the same address");
    }
    if (config.auth.sessionLifetime < std::chrono::minutes(1)) {
      problem("SESSION_LIFETIME", "must be a minute at least");
    }
    if (config.tracing.batchSize > config.tracing.queueSize) {
      problem("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "must not exceed OTEL_BSP_MAX_QUEUE_SIZE");
    }
    for (const auto& [component, level] : config.logging.componentLevels) {
      if (std::ranges::find(kLogComponents, component) == kLogComponents.end()) {
        problem("LOG_LEVELS", "there is no component " + component + "; they are " +
                                  join({kLogComponents.begin(), kLogComponents.end()}, ", "));
      }
      std::string ignored;
      if (config::readChoice(ignored, level, {"error", "warn", "info", "debug"})) {
        problem("LOG_LEVELS", "expected error, warn, info or debug for " + component);
      }
    }
  }

  const ConfigSources& sources_;
  Values file_, environment_, flags_;
  LoadedConfig loaded_;
  std::vector<FieldProblem> problems_;
};

}  // namespace

Result<LoadedConfig> loadConfig(const ConfigSources& sources) { return Loader(sources).load(); }

Result<std::vector<std::pair<std::string, std::string>>> readFlags(
    std::span<const std::string> arguments) {
  std::vector<std::pair<std::string, std::string>> flags;
  std::vector<FieldProblem> problems;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with("--")) {
      problems.push_back({arguments[i], "unexpected argument"});
      continue;
    }
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string_view kebab = argument.substr(2, equals - 2);
    std::string name(kebab);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const Named named = resolveName(name);
    if (named.variable == nullptr) {
      problems.push_back({"--" + std::string(kebab),
                          "unknown flag" + suggestion(kebab, [](const Variable& variable) {
                            return kebabFromConstant(variable.name);
                          })});
      // Its value, if it stands apart, is no argument of its own.
      if (equals == argument.size() && i + 1 < arguments.size() &&
          !arguments[i + 1].starts_with("--")) {
        ++i;
      }
    } else if (equals < argument.size()) {
      flags.emplace_back(std::move(name), argument.substr(equals + 1));
    } else if (named.variable->isBoolean()) {
      flags.emplace_back(std::move(name), "true");
    } else if (i + 1 < arguments.size()) {
      flags.emplace_back(std::move(name), arguments[++i]);
    } else {
      problems.push_back({"--" + std::string(kebab), "expected a value after it"});
    }
  }
  if (problems.empty()) return flags;
  return Error(Code::kConfiguration, "the command line has mistakes", std::move(problems));
}

std::optional<std::string> processEnvironment(std::string_view name) {
  // Nothing in the program changes its environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace sw::base
