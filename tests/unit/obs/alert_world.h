#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "obs/alert_dispatcher.h"
#include "obs/alert_engine.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {

/// A receiver that keeps what it is sent and answers as it is told.
class MemoryAlertSink final : public AlertSink {
 public:
  struct Shared {
    std::vector<AlertMessage> messages{};
    AlertDelivery answer{};
    int attempts = 0;

    /// "+name" for what fires, "-name" for what ended, of all messages delivered since the last
    /// call.
    std::vector<std::string> take() {
      std::vector<std::string> out;
      for (const AlertMessage& message : std::exchange(messages, {})) {
        for (const AlertNote& note : message.notes) {
          out.push_back((note.ended ? '-' : '+') + note.name);
        }
      }
      return out;
    }
  };

  explicit MemoryAlertSink(std::shared_ptr<Shared> shared,
                           label::AlertChannel::Value channel = label::AlertChannel::kWebhook)
      : shared_(std::move(shared)), channel_(channel) {}

  [[nodiscard]] label::AlertChannel::Value channel() const override { return channel_; }
  [[nodiscard]] std::string destination() const override { return "memory"; }
  AlertDelivery send(const AlertMessage& message, std::chrono::milliseconds) override {
    ++shared_->attempts;
    if (shared_->answer.outcome == AlertDelivery::Outcome::kDelivered) {
      shared_->messages.push_back(message);
    }
    return shared_->answer;
  }
  void abort() noexcept override {}

 private:
  const std::shared_ptr<Shared> shared_;
  const label::AlertChannel::Value channel_;
};

/// The sinks of one receiver.
inline std::vector<std::unique_ptr<AlertSink>> sinksOf(
    const std::shared_ptr<MemoryAlertSink::Shared>& receiver) {
  std::vector<std::unique_ptr<AlertSink>> sinks;
  sinks.push_back(std::make_unique<MemoryAlertSink>(receiver));
  return sinks;
}

}  // namespace sw::obs
