#include "app/alerting.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "adapters/mail/mail_alert_sink.h"
#include "adapters/webhook/webhook_alert_sink.h"

namespace sw::app {

using base::Result;
using namespace std::chrono_literals;
namespace mail = adapters::mail;
namespace webhook = adapters::webhook;

namespace {

constexpr auto kGrace = 2s;
constexpr auto kSmtpProbeTimeout = 2s;
constexpr auto kSmtpProbeEvery = 60s;
constexpr const char* kStateFile = "alert-state.json";

/// What health shows of channels that take nothing.
std::optional<std::string> failingChannels(const obs::AlertDispatcher& dispatcher) {
  std::string out;
  for (const auto& channel : dispatcher.channels()) {
    if (!channel.failing) continue;
    if (!out.empty()) out += "; ";
    out += std::string(obs::label::AlertChannel::kValues.at(channel.channel)) + ": " +
           channel.lastError;
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace

Result<mail::SmtpServer> smtpServer(const base::Config::Alerting& config) {
  SW_TRY(mail::SmtpServer server, mail::parseSmtpUrl(config.smtpUrl));
  server.caFile = config.smtpCaFile;
  return server;
}

Result<std::vector<std::unique_ptr<obs::AlertSink>>> makeAlertSinks(const base::Config& config,
                                                                    const base::Clock& clock) {
  std::vector<std::unique_ptr<obs::AlertSink>> sinks;
  const base::Config::Alerting& alerting = config.alerting;
  if (!alerting.webhookUrl.empty()) {
    sinks.push_back(std::make_unique<webhook::WebhookAlertSink>(
        alerting.webhookUrl, webhook::formatFor(alerting.webhookUrl, alerting.webhookFormat),
        clock));
  }
  if (!alerting.emailTo.empty()) {
    SW_TRY(mail::SmtpServer server, smtpServer(alerting));
    sinks.push_back(std::make_unique<mail::MailAlertSink>(std::move(server), alerting.emailFrom,
                                                          alerting.emailTo, clock));
  }
  return sinks;
}

std::function<Result<void>()> makeSmtpProbe(const base::Config& config, const base::Clock& clock) {
  if (config.alerting.smtpUrl.empty()) return {};
  auto server = smtpServer(config.alerting);
  if (!server.ok()) return {};
  struct State {
    explicit State(mail::SmtpServer where) : client(std::move(where)) {}
    mail::SmtpClient client;
    std::optional<base::Monotonic> asked{};
    Result<void> answer{};
  };
  const auto state = std::make_shared<State>(*std::move(server));
  return [state, &clock]() -> Result<void> {
    const base::Monotonic now = clock.monotonic();
    if (!state->asked || now - *state->asked >= kSmtpProbeEvery) {
      state->asked = now;
      state->answer = state->client.probe(kSmtpProbeTimeout);
    }
    return state->answer;
  };
}

Alerting::Alerting(obs::AlertEngineOptions options,
                   std::vector<std::unique_ptr<obs::AlertSink>> sinks, Telemetry& telemetry,
                   obs::AlertStateStore& store, const base::Clock& clock)
    : dispatcher_(std::make_shared<obs::AlertDispatcher>(obs::DispatcherOptions{}, std::move(sinks),
                                                         clock, telemetry.catalog, telemetry.log,
                                                         telemetry.redactor)),
      engine_(std::move(options), clock, telemetry.catalog, telemetry.log, &store, *dispatcher_) {
  if (dispatcher_->hasChannels()) {
    telemetry.health.watch("alertDelivery",
                           [weak = std::weak_ptr(dispatcher_)]() -> std::optional<std::string> {
                             const auto dispatcher = weak.lock();
                             return dispatcher ? failingChannels(*dispatcher) : std::nullopt;
                           });
  }
}

Result<std::unique_ptr<Alerting>> Alerting::start(const base::Config& config, Telemetry& telemetry,
                                                  obs::AlertStateStore& store, std::string page,
                                                  const base::Clock& clock) {
  SW_TRY(auto sinks, makeAlertSinks(config, clock));
  obs::AlertEngineOptions options;
  options.service = config.tracing.serviceName;
  options.instance = config.operations.instance;
  options.externalUrl = std::move(page);
  options.runbookBase = config.alerting.runbookUrl;
  options.stateFile = std::filesystem::path(config.data.directory) / kStateFile;
  options.thresholds = {.errorRate = config.alerting.errorRate,
                        .latency95p = config.alerting.latency95p,
                        .memoryUsage = config.alerting.memoryUsage};
  std::unique_ptr<Alerting> made(
      new Alerting(std::move(options), std::move(sinks), telemetry, store, clock));
  made->dispatcher_->start();
  made->engine_.start();
  return made;
}

Alerting::~Alerting() { stop(); }

void Alerting::stop() {
  engine_.stop();
  dispatcher_->stop(kGrace);
  engine_.stop();  // takes note of what went out at the end
}

}  // namespace sw::app
