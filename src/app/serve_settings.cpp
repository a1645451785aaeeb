#include "app/serve_settings.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "accounts/key_ring.h"
#include "adapters/http/tls_context.h"
#include "app/error_tracking.h"
#include "app/network_address.h"
#include "base/jws.h"
#include "base/local_loop.h"
#include "base/text.h"

namespace sw::app {

using adapters::http::ServerOptions;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kOperationsConnections = 128;
constexpr std::uint16_t kPrometheusPort = 9090;

/// Collects the mistakes of several settings.
class Mistakes {
 public:
  template <class T>
  void take(std::string_view variable, const Result<T>& outcome) {
    if (!outcome.ok()) add(variable, outcome.error().describe());
  }
  void add(std::string_view variable, std::string issue) {
    problems_.push_back({std::string(variable), std::move(issue)});
  }
  Result<void> conclude() && {
    if (problems_.empty()) return {};
    return Error(Code::kConfiguration, "the configuration has mistakes", std::move(problems_));
  }

 private:
  std::vector<base::FieldProblem> problems_;
};

ServerOptions apiOptions(const base::Config::Http& config) {
  ServerOptions options;
  options.port = config.port;
  options.threads = httpThreads(config);
  options.name = "http";
  options.tlsCertificateFile = config.tlsCertFile;
  options.tlsKeyFile = config.tlsKeyFile;
  options.headBytes = config.maxHeaderBytes;
  options.targetBytes = std::min(options.targetBytes, options.headBytes);
  options.maxConnections = static_cast<std::size_t>(config.maxConnections);
  options.headTimeout = config.readTimeout;
  options.bodyTimeout = config.readTimeout;
  options.idleTimeout = config.idleTimeout;
  options.writeTimeout = config.writeTimeout;
  return options;
}

ServerOptions operationsOptions(const base::Config::Operations& config) {
  ServerOptions options;
  options.port = config.port;
  options.name = "ops";
  options.maxConnections = kOperationsConnections;
  return options;
}

Result<void> checkKeyFile(const std::string& file) {
  accounts::FileKeySource source(file);
  SW_TRY(const std::string text, base::runBlocking(source.fetch()));
  const auto keys = base::JwsKeySet::parse(text);
  if (!keys.ok()) return keys.error().wrap(file);
  return {};
}

}  // namespace

unsigned httpThreads(const base::Config::Http& config) {
  if (config.threads > 0) return static_cast<unsigned>(config.threads);
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<ServeSettings> resolveSettings(const base::Config& config) {
  ServeSettings settings;
  Mistakes mistakes;
  settings.api = apiOptions(config.http);
  settings.operations = operationsOptions(config.operations);
  const auto address = [&mistakes](std::string_view variable, const std::string& host,
                                   std::string& numeric) {
    auto resolved = numericAddress(host);
    mistakes.take(variable, resolved);
    if (resolved.ok()) numeric = *std::move(resolved);
  };
  address("HOST", config.http.host, settings.api.address);
  address("OPS_HOST", config.operations.host, settings.operations.address);
  if (!config.http.tlsCertFile.empty()) {
    mistakes.take("TLS_CERT_FILE",
                  adapters::http::makeTlsContext(config.http.tlsCertFile, config.http.tlsKeyFile));
  }
  auto cors = api::CorsPolicy::parse(base::join(config.http.corsOrigins, ","));
  mistakes.take("CORS_ORIGINS", cors);
  auto proxies = api::TrustedProxies::parse(base::join(config.http.trustedProxies, ","));
  mistakes.take("TRUSTED_PROXIES", proxies);
  if (!config.auth.jwksFile.empty()) {
    mistakes.take("JWKS_FILE", checkKeyFile(config.auth.jwksFile));
  }
  mistakes.take("SENTRY_DSN", checkSentryDsn(config.errors.sentryDsn));
  SW_CHECK(std::move(mistakes).conclude());
  settings.apiOptions = {
      .cors = *std::move(cors),
      .proxies = *std::move(proxies),
      .bodies = {.json = config.http.maxBodyBytes, .calendarFile = config.http.maxImportBytes}};
  settings.limits = {.enabled = config.rateLimit.enabled,
                     .readsPerMinute = config.rateLimit.readPerMinute,
                     .writesPerMinute = config.rateLimit.writePerMinute,
                     .heavyPerMinute = config.rateLimit.heavyPerMinute,
                     .anonymousPerMinute = config.rateLimit.anonymousPerMinute,
                     .failuresPerMinute = config.rateLimit.failuresPerMinute,
                     .burst = config.rateLimit.burst};
  settings.metricsOnApi = config.http.metricsOnApi == "on" ||
                          (config.http.metricsOnApi == "auto" && isLoopback(settings.api.address));
  return settings;
}

Result<void> settlePorts(ServeSettings& settings) {
  Mistakes mistakes;
  const auto check = [&mistakes](std::string_view variable, const ServerOptions& options,
                                 const std::string& advice) {
    const auto free = checkListenable(options.address, options.port);
    if (!free.ok()) mistakes.add(variable, free.error().describe() + advice);
  };
  check("PORT", settings.api, "");
  const bool prometheus = settings.operations.port == kPrometheusPort;
  check("PROMETHEUS_PORT", settings.operations,
        prometheus ? "; Prometheus itself uses this port, so give this service another one, as 9464"
                   : "");
  SW_CHECK(std::move(mistakes).conclude());
  if (settings.api.port == 0) {
    SW_TRY(settings.api.port, freePort(settings.api.address));
  }
  return {};
}

}  // namespace sw::app
