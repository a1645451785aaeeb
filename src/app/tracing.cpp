#include "app/tracing.h"

#include <unistd.h>

#include <map>
#include <utility>

#include "adapters/otlp/fallback_sender.h"
#include "adapters/otlp/resource.h"
#include "adapters/otlp/trace_sender.h"
#include "app/build_info.h"
#include "app/trace_receiver.h"
#include "base/crypto.h"

namespace sw::app {
namespace {

constexpr std::string_view kServiceName = "scheduling-worker";

/// opentelemetry.io/docs/specs/semconv/resource; what is configured wins.
otlp::Resource resourceOf(const base::Config& config) {
  std::map<std::string, std::string> attributes = {
      {"service.version", std::string(buildInfo().version)},
      {"telemetry.sdk.language", "cpp"},
      {"telemetry.sdk.name", std::string(kServiceName)},
      {"telemetry.sdk.version", std::string(buildInfo().version)},
      {"process.pid", std::to_string(getpid())},
  };
  if (!config.operations.instance.empty()) {
    attributes["service.instance.id"] = config.operations.instance;
  }
  for (const auto& [name, value] : config.tracing.resourceAttributes) attributes[name] = value;
  otlp::Resource resource;
  resource.version = buildInfo().version;
  resource.serviceName = config.tracing.serviceName;
  const auto named = attributes.find("service.name");
  if (named != attributes.end()) {
    // OTEL_SERVICE_NAME is the stronger of the two, where it is set.
    if (resource.serviceName == kServiceName) resource.serviceName = named->second;
    attributes.erase(named);
  }
  resource.attributes.assign(attributes.begin(), attributes.end());
  return resource;
}

std::unique_ptr<obs::SpanExporter> makeExporter(const base::Config& config,
                                                const obs::Logger& logger,
                                                const base::Clock& clock) {
  const auto chosen = traceReceiver(config.tracing);
  if (!chosen) return nullptr;
  const bool gzip = config.tracing.otlpCompression == "gzip";
  if (chosen->form == TraceReceiver::Form::kThrift) {
    auto thrift = otlp::makeJaegerSender({.url = chosen->url}, resourceOf(config), clock);
    auto other =
        otlp::makeOtlpSender({.url = chosen->otherwise, .gzip = gzip}, resourceOf(config), clock);
    return std::make_unique<otlp::FallbackSender>(std::move(thrift), std::move(other),
                                                  chosen->otherwise, logger);
  }
  otlp::Receiver receiver{.url = chosen->url, .gzip = gzip};
  const auto& headers = config.tracing.otlpTracesHeaders.empty() ? config.tracing.otlpHeaders
                                                                 : config.tracing.otlpTracesHeaders;
  receiver.headers.assign(headers.begin(), headers.end());
  return otlp::makeOtlpSender(std::move(receiver), resourceOf(config), clock);
}

obs::SpanQueueOptions queueOptions(const base::Config::Tracing& config) {
  obs::SpanQueueOptions options;
  options.maxSpans = static_cast<std::size_t>(config.queueSize);
  options.batchSpans = static_cast<std::size_t>(std::min(config.batchSize, config.queueSize));
  options.scheduleDelay = config.scheduleDelay;
  options.exportTimeout = config.exportTimeout;
  options.sendTimeout = config.otlpTimeout;
  return options;
}

}  // namespace

Tracing::Tracing(const base::Config& config, Parts parts, const base::Clock& clock)
    : mask_(parts.redactor) {
  if (config.tracing.disabled) return;
  const obs::Logger logger = parts.log.logger("tracing");
  recorder_ = std::make_unique<obs::FlightRecorder>(obs::FlightRecorderOptions{}, mask_,
                                                    parts.redactor, clock, parts.log);
  if (auto exporter = makeExporter(config, logger, clock)) {
    queue_ = std::make_unique<obs::SpanQueue>(queueOptions(config.tracing), std::move(exporter),
                                              mask_, parts.catalog, logger);
  }
  obs::TracerOptions options;
  const auto sampler = obs::Sampler::named(config.tracing.sampler, config.tracing.samplerRatio);
  if (sampler) options.sampler = *sampler;  // the configuration knows no other names
  options.slow = config.tracing.slow;
  options.propagate = config.tracing.propagators != "none";
  tracer_ = std::make_unique<obs::Tracer>(
      options, obs::Tracer::Keepers{.exporter = queue_.get(), .recorder = recorder_.get()}, clock);
}

Tracing::~Tracing() = default;

void Tracing::useSecrets(const Secrets& secrets) {
  mask_.setUserKey(base::deriveKey(secrets.jwt, "users' hashes in traces"));
}

std::string Tracing::requests() const {
  if (!tracer_) return R"({"inFlight":[],"recent":[],"disabled":true})";
  return recorder_->describe(*tracer_);
}

void Tracing::stop(std::chrono::milliseconds patience) {
  if (queue_) queue_->stop(patience);
}

}  // namespace sw::app
