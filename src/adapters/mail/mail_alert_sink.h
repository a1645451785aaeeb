#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/mail/mail_message.h"
#include "adapters/mail/smtp_client.h"
#include "base/clock.h"
#include "obs/alert_sink.h"

namespace sw::adapters::mail {

/// The mail that tells people of alerts: what fires and what ended, with a text and an HTML part.
/// Mails about the same incident refer to the same thread.
Mail alertMail(const obs::AlertMessage& message, const std::string& from,
               std::vector<std::string> to, const base::Clock& clock);

/// Sends alerts by mail, one a message. See the port for threads.
class MailAlertSink final : public obs::AlertSink {
 public:
  MailAlertSink(SmtpServer server, std::string from, std::vector<std::string> to,
                const base::Clock& clock)
      : client_(std::move(server)), from_(std::move(from)), to_(std::move(to)), clock_(clock) {}

  [[nodiscard]] obs::label::AlertChannel::Value channel() const override {
    return obs::label::AlertChannel::kEmail;
  }
  [[nodiscard]] std::string destination() const override { return client_.server().address(); }
  obs::AlertDelivery send(const obs::AlertMessage& message,
                          std::chrono::milliseconds timeout) override;
  void abort() noexcept override { client_.abort(); }

 private:
  SmtpClient client_;
  const std::string from_;
  const std::vector<std::string> to_;
  const base::Clock& clock_;
};

}  // namespace sw::adapters::mail
