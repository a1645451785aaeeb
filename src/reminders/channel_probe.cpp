#include "reminders/channel_probe.h"

#include <span>

#include "obs/trace.h"

namespace sw::reminders {
namespace {

using obs::label::AttemptOutcome;

constexpr std::array<std::string_view, obs::label::Sender::kValues.size()> kSpans = {
    "send_mail", "send_web_push", "send_ntfy"};

ChannelProbe::Outcome outcomeOf(const base::Error* error) {
  if (error == nullptr) return AttemptOutcome::kAccepted;
  if (error->code() == base::Code::kGone) return AttemptOutcome::kGone;
  return base::describe(error->code()).retryable ? AttemptOutcome::kFailed
                                                 : AttemptOutcome::kRefused;
}

}  // namespace

ChannelProbe::ChannelProbe(obs::MetricCatalog& catalog, obs::Log& log)
    : logger_(log.logger("channels")) {
  for (std::size_t i = 0; i < kSenders; ++i) {
    const auto sender = static_cast<Sender>(i);
    for (std::size_t k = 0; k < kOutcomes; ++k) {
      attempts_.at(i).at(k) = catalog.channelAttempts.handle(sender, static_cast<Outcome>(k));
    }
    durations_.at(i) = catalog.channelAttemptDuration.handle(sender);
    open_.at(i) = catalog.channelCircuitsOpen.handle(sender);
  }
  smtpOpen_ = catalog.circuitOpen.handle(obs::label::Dependency::kSmtp);
}

void ChannelProbe::attemptEnded(const Attempt& attempt) const {
  const Outcome outcome = outcomeOf(attempt.error);
  attempts_.at(attempt.sender).at(outcome).increment();
  durations_.at(attempt.sender).observe(attempt.ended - attempt.begun);

  const std::string_view sender = obs::label::Sender::kValues.at(attempt.sender);
  const bool bad = outcome == AttemptOutcome::kFailed || outcome == AttemptOutcome::kRefused;
  std::array<obs::Attribute, 4> attributes;
  std::size_t count = 0;
  attributes.at(count++) = obs::safeAttribute("messaging.system", sender);
  attributes.at(count++) = obs::attribute("server.address", attempt.server);
  if (attempt.status != 0) {
    attributes.at(count++) = obs::attribute("http.response.status_code", attempt.status);
  }
  if (attempt.error != nullptr) {
    attributes.at(count++) =
        obs::safeAttribute("error.type", base::describe(attempt.error->code()).label);
  }
  obs::recordSpan({.name = kSpans.at(attempt.sender),
                   .kind = obs::SpanKind::kClient,
                   .start = attempt.begun,
                   .end = attempt.ended,
                   .status = bad ? obs::SpanStatus::kError : obs::SpanStatus::kUnset,
                   .attributes = std::span(attributes.data(), count)});

  const auto took = attempt.ended - attempt.begun;
  if (bad) {
    logger_.warn("A reminder could not be handed over",
                 {obs::operation("send_reminder"), obs::safeField("sender", sender),
                  obs::field("server", attempt.server), obs::field("status", attempt.status),
                  obs::errorType(base::describe(attempt.error->code()).label),
                  obs::field("error", attempt.error->message()), obs::duration(took)});
  } else if (outcome == AttemptOutcome::kGone) {
    logger_.info("A device is registered with its push service no more",
                 {obs::operation("send_reminder"), obs::safeField("sender", sender),
                  obs::field("server", attempt.server), obs::field("status", attempt.status)});
  } else if (attempt.recovered) {
    logger_.info("Reminders can be handed over again",
                 {obs::operation("send_reminder"), obs::safeField("sender", sender),
                  obs::field("server", attempt.server), obs::duration(took)});
  }
}

void ChannelProbe::attemptHeld(Sender sender, std::string_view server) const {
  attempts_.at(sender).at(AttemptOutcome::kHeld).increment();
  logger_.debug("A server that failed lately is not called",
                {obs::safeField("sender", obs::label::Sender::kValues.at(sender)),
                 obs::field("server", server)});
}

void ChannelProbe::circuitsOpen(Sender sender, std::size_t servers) const {
  open_.at(sender).set(static_cast<double>(servers));
  if (sender == obs::label::Sender::kEmail) smtpOpen_.set(servers > 0 ? 1 : 0);
}

}  // namespace sw::reminders
