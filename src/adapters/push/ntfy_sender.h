#pragma once

#include "adapters/push/push_caller.h"
#include "reminders/push_sender.h"

namespace sw::adapters::push {

/// Publishes messages to topics of ntfy servers (docs.ntfy.sh/publish). The parts outlive it. See
/// the port for threads. Servers from 2.16 on recognise a repeat by its sequence id; older ones
/// show it again, which happens when a connection breaks before the answer is there.
class NtfySender final : public reminders::PushSender {
 public:
  /// `allowHttp` as the configuration allows private addresses.
  NtfySender(PushCaller::Parts parts, bool allowHttp)
      : allowHttp_(allowHttp), caller_(obs::label::Sender::kNtfy, parts) {}

  [[nodiscard]] reminders::PushKind kind() const override { return reminders::PushKind::kNtfy; }
  base::Task<base::Result<void>> push(const reminders::PushAddress& address,
                                      const reminders::Message& message,
                                      std::chrono::milliseconds timeout) override;

 private:
  const bool allowHttp_;
  PushCaller caller_;
};

}  // namespace sw::adapters::push
