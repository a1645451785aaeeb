#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sw::base {

/// Everything that can be set, typed and checked. What is unset is empty; threads and pool sizes
/// of 0 mean "as many as fit this machine". Plain values: copy what you need.
struct Config {
  using Duration = std::chrono::milliseconds;

  struct Http {
    std::string host;
    std::uint16_t port = 0;
    std::string publicUrl;
    std::vector<std::string> trustedProxies;
    std::string tlsCertFile;
    std::string tlsKeyFile;
    std::vector<std::string> corsOrigins;
    std::int64_t threads = 0;
    std::int64_t maxConnections = 0;
    std::uint64_t maxHeaderBytes = 0;
    std::uint64_t maxBodyBytes = 0;
    std::uint64_t maxImportBytes = 0;
    Duration readTimeout{};
    Duration writeTimeout{};
    Duration idleTimeout{};
    std::string metricsOnApi;  // auto, on, off
    Duration shutdownDelay{};
    Duration shutdownTimeout{};
  } http;

  struct Data {
    std::string directory;
    std::string databaseUrl;  // "sqlite:PATH" or "postgres://…"
    std::int64_t poolSize = 0;
    Duration queryTimeout{};
    Duration slowQuery{};
    std::string backupDirectory;
    Duration backupInterval{};  // zero: none
    std::int64_t backupKeep = 0;
    std::int64_t workerThreads = 0;
    std::string redisUrl;                   // empty: the embedded cache
    std::vector<std::string> kafkaBrokers;  // empty: the embedded bus
    std::string kafkaSecurity;
    std::string kafkaMechanism;
    std::string kafkaUser;
    std::string kafkaPassword;
  } data;

  struct Auth {
    std::string jwtSecret;
    std::string jwtIssuer;
    std::string jwtAudience;
    std::string jwksUrl;
    std::string jwksFile;
    std::string encryptionKey;
    std::string setupCode;
    Duration sessionLifetime{};
    std::string oidcIssuer;
    std::string oidcClientId;
    std::string oidcClientSecret;
    std::vector<std::string> oidcScopes;
  } auth;

  struct Google {
    std::string clientId;
    std::string clientSecret;
    std::string redirectUri;
    std::string apiUrl;
    std::string tokenUrl;
    std::string authUrl;
    std::string revokeUrl;
    std::int64_t quotaMinuteProject = 0;
    std::int64_t quotaMinuteUser = 0;
    std::int64_t quotaDayProject = 0;
  } google;

  struct Limits {
    bool enabled = false;
    std::int64_t readPerMinute = 0;
    std::int64_t writePerMinute = 0;
    std::int64_t heavyPerMinute = 0;
    std::int64_t anonymousPerMinute = 0;
    std::int64_t failuresPerMinute = 0;
    std::int64_t burst = 0;
  } rateLimit;

  struct Webhooks {
    bool allowPrivate = false;                 // to all addresses
    std::vector<std::string> allowedNetworks;  // "10.0.0.0/8", where not to all
    bool allowHttp = false;
    Duration timeout{};
  } webhooks;

  struct Push {
    std::string vapidKey;      // base64url; empty: made in the data folder
    std::string vapidSubject;  // "mailto:…" or "https://…"
  } push;

  struct Operations {
    std::string host;
    std::uint16_t port = 0;
    std::string metricsPath;
    bool collectDefaultMetrics = true;
    std::string token;
    std::vector<std::string> readinessRequired;
    bool profiling = false;
    std::string instance;
  } operations;

  struct Logging {
    std::string level;  // error, warn, info, debug
    std::map<std::string, std::string> componentLevels;
    std::string format;       // json, ecs, console
    std::string destination;  // stdout, stderr or a file
    std::uint64_t maxFileBytes = 0;
    Duration maxFileAge{};
    std::int64_t keepFiles = 0;
    std::int64_t repeats = 0;  // zero: no limit
  } logging;

  struct Alerting {
    std::string webhookUrl;
    std::string webhookFormat;  // auto, slack, alertmanager
    std::vector<std::string> emailTo;
    std::string emailFrom;
    std::string smtpUrl;
    std::string smtpCaFile;
    std::string runbookUrl;
    double errorRate = 0;
    Duration latency95p{};
    double memoryUsage = 0;
  } alerting;

  struct ErrorTracking {
    std::string sentryDsn;
    std::string environment;
  } errors;

  struct Tracing {
    bool disabled = false;
    std::string serviceName;
    std::map<std::string, std::string> resourceAttributes;
    std::string jaegerEndpoint;
    std::string exporter;  // otlp, none
    std::string otlpEndpoint;
    std::string otlpTracesEndpoint;
    std::map<std::string, std::string> otlpHeaders;
    std::map<std::string, std::string> otlpTracesHeaders;
    std::string otlpProtocol;
    std::string otlpCompression;
    Duration otlpTimeout{};
    std::string sampler;
    double samplerRatio = 1;
    std::string propagators;
    std::int64_t queueSize = 0;
    std::int64_t batchSize = 0;
    Duration scheduleDelay{};
    Duration exportTimeout{};
    Duration slow{};
  } tracing;
};

/// Where a configuration comes from. Flags win over the environment, that over the file, that
/// over the defaults. An empty value of the environment counts as unset.
struct ConfigSources {
  std::vector<std::pair<std::string, std::string>> flags;  // "PORT", "8080"; see `readFlags`
  std::function<std::optional<std::string>(std::string_view)> environment;
  std::string file;  // of `--config`; empty: none
};

/// One variable as it was resolved, for `maskedConfig`.
struct ConfigSetting {
  std::string_view name;
  std::string value;   // as written; empty when unset
  std::string origin;  // "--port", "environment", "FILE:LINE", "default", "unset"
};

struct LoadedConfig {
  Config config;
  std::vector<ConfigSetting> settings;
  /// Values of secrets, for redaction.
  [[nodiscard]] std::vector<std::string> secrets() const;
};

/// Reads `--data-dir VALUE` and `--data-dir=VALUE`; a yes-or-no variable may stand without a
/// value. `kConfiguration` with one detail for every argument that is none of these.
Result<std::vector<std::pair<std::string, std::string>>> readFlags(
    std::span<const std::string> arguments);

/// Resolves and checks every variable. `kConfiguration` with one detail for every mistake, all of
/// them at once: unknown keys, wrong values, files that cannot be read, settings that contradict
/// each other. Reads files. A secret's value appears in no message.
Result<LoadedConfig> loadConfig(const ConfigSources& sources);

/// The process's environment as a source.
std::optional<std::string> processEnvironment(std::string_view name);

/// The mistakes of a configuration error, one line each.
std::string describeMistakes(const Error& error);

/// Every variable with default and example, by group, wrapped to `width` columns.
std::string configHelp(std::size_t width = 100);
/// docs/configuration.md.
std::string configMarkdown();
/// The settings as a JSON object: name to value and origin; secrets masked.
std::string maskedConfig(const LoadedConfig& loaded);

}  // namespace sw::base
