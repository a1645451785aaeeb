#pragma once

#include <string>

#include "adapters/http/client.h"
#include "adapters/webhook/alert_payload.h"
#include "obs/alert_sink.h"

namespace sw::adapters::webhook {

/// The format for an address: as configured ("slack", "alertmanager"), or by the host ("auto").
AlertFormat formatFor(const std::string& url, const std::string& configured);

/// Sends alerts to a webhook, one POST a message. See the port for threads.
class WebhookAlertSink final : public obs::AlertSink {
 public:
  /// `url` is secret as a whole and appears nowhere but in the request.
  WebhookAlertSink(std::string url, AlertFormat format, const base::Clock& clock);

  [[nodiscard]] obs::label::AlertChannel::Value channel() const override {
    return obs::label::AlertChannel::kWebhook;
  }
  [[nodiscard]] std::string destination() const override { return destination_; }
  obs::AlertDelivery send(const obs::AlertMessage& message,
                          std::chrono::milliseconds timeout) override;
  void abort() noexcept override { client_.abort(); }

 private:
  const std::string url_;
  const std::string destination_;
  const AlertFormat format_;
  const base::Clock& clock_;
  http::Client client_;
};

}  // namespace sw::adapters::webhook
