#pragma once

#include <string>

#include "obs/alert_sink.h"

namespace sw::adapters::webhook {

enum class AlertFormat {
  kSlack,         // a text message; Slack, and what accepts its incoming webhooks
  kAlertmanager,  // Alertmanager's webhook, version 4
};

/// The body for a Slack incoming webhook: one object with `text` in Slack's mrkdwn, at most about
/// 3,000 characters; what does not fit is counted at the end.
std::string slackPayload(const obs::AlertMessage& message);

/// The body that Prometheus' Alertmanager sends to a webhook receiver (webhook_config, version
/// "4"). `status` is "firing" when any alert fires.
std::string alertmanagerPayload(const obs::AlertMessage& message);

}  // namespace sw::adapters::webhook
