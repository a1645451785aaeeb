#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "jobs/unit_of_work.h"
#include "reminders/channel.h"
#include "reminders/push_sender.h"
#include "reminders/push_target_store.h"

namespace sw::reminders {

/// Sends reminders to every device of one kind that a person has registered. A device that is gone
/// is removed. Where some devices took a message and others did not, the next attempt goes to the
/// others alone. Owned by the composition root, which keeps the parts longer. Thread-safe.
class PushChannel final : public Channel {
 public:
  struct Parts {
    jobs::Storage& storage;
    PushTargetStore& targets;
    const PushKeeper& keeper;
    PushSender& sender;
  };
  /// `name` has static storage: see the port.
  PushChannel(std::string_view name, Parts parts, const base::Clock& clock)
      : name_(name), parts_(parts), clock_(clock) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string_view setting() const override { return "push"; }
  [[nodiscard]] bool recognisesRepeats() const override { return true; }
  base::Task<base::Result<Delivery>> send(const Message& message) override;

  /// Sends to one device, whatever was sent before. Fails as `PushSender::push`, with `kCorrupted`
  /// when the address cannot be opened; one that is gone has been removed then.
  base::Task<base::Result<void>> sendTo(const PushTarget& target, const Message& message,
                                        std::chrono::milliseconds timeout);

 private:
  using Receipt = std::pair<std::string, base::Uuid>;  // message and target
  bool wasAccepted(const Receipt& receipt);
  void accepted(Receipt receipt);

  const std::string_view name_;
  const Parts parts_;
  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::set<Receipt> receipts_;
  std::deque<Receipt> order_;
};

}  // namespace sw::reminders
