#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/alerting.h"
#include "app/commands/command.h"
#include "app/commands/console.h"
#include "app/stores.h"
#include "base/local_loop.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using namespace std::chrono_literals;

constexpr auto kAttempt = 10s;

obs::AlertMessage drillMessage(const base::Config& config, const base::Clock& clock) {
  obs::AlertNote note;
  note.name = obs::kAlertDrill;
  note.severity = "info";
  note.summary = "This is a drill: the alert channel works";
  note.description = "Somebody ran scheduling-worker alert-drill. Nothing has to be done.";
  note.fingerprint = std::string(obs::kAlertDrill) + "{}";
  note.instance = config.operations.instance;
  note.runbook =
      obs::runbookOf(config.alerting.runbookUrl, obs::describe(obs::AlertId::kDrillOverdue));
  note.since = clock.now();
  obs::AlertMessage message;
  message.service = config.tracing.serviceName;
  message.externalUrl = config.http.publicUrl;
  message.sent = clock.now();
  message.notes.push_back(std::move(note));
  return message;
}

/// Keeps the drill in the history, where the running service finds it.
Result<void> record(const base::Config& config, const base::Clock& clock, base::Instant when,
                    std::string outcome, int delivered, int tried) {
  SW_TRY(const auto stores, Stores::open(config, clock));
  obs::AlertIncident incident;
  incident.fingerprint = std::string(obs::kAlertDrill) + "{}";
  incident.alert = obs::kAlertDrill;
  incident.labels = "{}";
  incident.instance = config.operations.instance;
  incident.description = std::move(outcome);
  incident.value = delivered;
  incident.threshold = tried;
  incident.started = when;
  incident.ended = clock.now();
  return base::runBlocking(stores->alerts.record(std::move(incident)));
}

Result<bool> drill(const Invocation& invocation, const std::string& only) {
  SW_TRY(const base::LoadedConfig loaded, configurationOf(invocation));
  const base::Config& config = loaded.config;
  const base::SystemClock clock;
  SW_TRY(auto sinks, makeAlertSinks(config, clock));
  const auto nameOf = [](const obs::AlertSink& sink) {
    return std::string(obs::label::AlertChannel::kValues.at(sink.channel()));
  };
  std::erase_if(sinks, [&](const auto& sink) { return !only.empty() && nameOf(*sink) != only; });
  if (sinks.empty()) {
    return Error(
        Code::kConfiguration,
        only == "webhook" ? "ALERT_WEBHOOK_URL is not set"
        : only == "email"
            ? "ALERT_EMAIL_TO is not set"
            : "no alert channel is set: ALERT_WEBHOOK_URL, or ALERT_EMAIL_TO with SMTP_URL");
  }
  const obs::AlertMessage message = drillMessage(config, clock);
  std::string outcome;
  int delivered = 0;
  for (const auto& sink : sinks) {
    const base::Monotonic begin = clock.monotonic();
    const obs::AlertDelivery delivery = sink->send(message, kAttempt);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic() - begin);
    const bool ok = delivery.outcome == obs::AlertDelivery::Outcome::kDelivered;
    delivered += ok ? 1 : 0;
    const std::string name = nameOf(*sink);
    if (!outcome.empty()) outcome += ", ";
    outcome += name + (ok ? " delivered" : " failed");
    if (ok) {
      printLine(name + ": delivered to " + sink->destination() + " in " +
                std::to_string(took.count()) + " ms");
    } else {
      complain(name + ": not delivered to " + sink->destination() + ": " + delivery.problem);
    }
  }
  const int tried = static_cast<int>(sinks.size());
  const auto recorded = record(config, clock, message.sent, outcome, delivered, tried);
  if (!recorded.ok()) {
    complain("the drill is not in the history: " + recorded.error().describe());
  }
  return delivered == tried && recorded.ok();
}

}  // namespace

void addAlertDrill(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand(
      "alert-drill",
      "Send a test alert through every configured channel, say what became of it, and keep it in "
      "the history. Exit status 1 when a channel did not take it.");
  const auto only = std::make_shared<std::string>();
  command->add_option("--channel", *only, "Try this channel alone: webhook or email.")
      ->type_name("CHANNEL")
      ->check(CLI::IsMember({"webhook", "email"}));
  command->callback([&chosen, only] {
    chosen = [only](const Invocation& invocation) {
      const auto done = drill(invocation, *only);
      if (!done.ok()) return complainOf(done.error());
      return *done ? kExitSuccess : kExitFailure;
    };
  });
}

}  // namespace sw::app
