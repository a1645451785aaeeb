#include "app/telemetry.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "app/build_info.h"
#include "obs/process_metrics.h"

namespace sw::app {

using base::Code;
using base::Result;

namespace {

obs::Level levelOf(const std::string& name) {
  if (name == "error") return obs::Level::kError;
  if (name == "warn") return obs::Level::kWarn;
  if (name == "debug") return obs::Level::kDebug;
  return obs::Level::kInfo;
}

obs::LogLevels logLevels(const base::Config::Logging& config) {
  obs::LogLevels levels;
  levels.level = levelOf(config.level);
  for (const auto& [component, level] : config.componentLevels) {
    levels.components.emplace(component, levelOf(level));
  }
  return levels;
}

obs::LogOptions logOptions(const base::Config& config) {
  obs::LogOptions options;
  obs::LogLevels levels = logLevels(config.logging);
  options.level = levels.level;
  options.componentLevels = std::move(levels.components);
  options.format = config.logging.format == "ecs"       ? obs::LogFormat::kEcs
                   : config.logging.format == "console" ? obs::LogFormat::kConsole
                                                        : obs::LogFormat::kJson;
  options.service = config.tracing.serviceName;
  options.version = buildInfo().version;
  options.instance = config.operations.instance;
  const int stream = config.logging.destination == "stdout"   ? STDOUT_FILENO
                     : config.logging.destination == "stderr" ? STDERR_FILENO
                                                              : -1;
  options.repeats.records = config.logging.repeats;
  options.colour = stream >= 0 && isatty(stream) == 1;
  return options;
}

obs::HealthOptions healthOptions(const base::Config& config) {
  obs::HealthOptions options;
  options.version = buildInfo().version;
  options.revision = buildInfo().revision;
  options.serviceId = config.tracing.serviceName;
  options.required.clear();
  const auto& names = obs::label::Dependency::kValues;
  for (const std::string& name : config.operations.readinessRequired) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) continue;
    options.required.push_back(static_cast<obs::label::Dependency::Value>(found - names.begin()));
  }
  return options;
}

obs::Redactor redactorOf(const base::LoadedConfig& loaded) {
  obs::Redactor redactor;
  for (const std::string& secret : loaded.secrets()) redactor.addSecret(secret);
  return redactor;
}

}  // namespace

Telemetry::Telemetry(const base::LoadedConfig& loaded, const base::Clock& clock,
                     std::unique_ptr<obs::LogSink> sink, obs::Redactor withSecrets)
    : redactor(std::move(withSecrets)),
      metrics(clock),
      catalog(metrics),
      metricsEndpoint(metrics),
      log(logOptions(loaded.config), std::move(sink), redactor, clock, catalog),
      health(healthOptions(loaded.config), clock, catalog),
      errors(catalog, log, health, clock),
      performance(log),
      httpProbe(catalog, log),
      authProbe(catalog, log),
      tracing(loaded.config, {.log = log, .catalog = catalog, .redactor = redactor}, clock),
      errorTracking(loaded.config,
                    {.errors = errors, .catalog = catalog, .log = log, .mask = tracing.mask()},
                    clock) {
  const BuildInfo build = buildInfo();
  obs::collectProcessMetrics(catalog,
                             {.version = std::string(build.version),
                              .revision = std::string(build.revision),
                              .compiler = std::string(build.compiler)},
                             {}, loaded.config.operations.collectDefaultMetrics);
  health.watch("log", [this] { return log.trouble(); });
}

void Telemetry::reload(const base::LoadedConfig& loaded) {
  log.configureLevels(logLevels(loaded.config.logging));
  log.reopen();
}

Result<std::unique_ptr<Telemetry>> Telemetry::make(const base::LoadedConfig& loaded,
                                                   const base::Clock& clock) {
  const base::Config::Logging& logging = loaded.config.logging;
  auto sink = obs::openLogSink(
      logging.destination,
      {.maxBytes = logging.maxFileBytes, .maxAge = logging.maxFileAge, .keep = logging.keepFiles},
      clock);
  if (!sink.ok()) return sink.error().wrap(Code::kConfiguration, "LOG_FILE");
  return std::unique_ptr<Telemetry>(
      new Telemetry(loaded, clock, *std::move(sink), redactorOf(loaded)));
}

}  // namespace sw::app
