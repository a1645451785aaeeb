#pragma once

#include <chrono>

#include "base/result.h"
#include "base/task.h"
#include "reminders/channel.h"
#include "reminders/push_target.h"

namespace sw::reminders {

/// Hands messages to the servers of one kind of device. Implemented in `adapters/`. Thread-safe.
class PushSender {
 public:
  PushSender() = default;
  PushSender(const PushSender&) = delete;
  PushSender& operator=(const PushSender&) = delete;
  virtual ~PushSender() = default;

  [[nodiscard]] virtual PushKind kind() const = 0;
  /// Done when the server has accepted the message. `kGone` when it knows the device no more, and
  /// never will again; another error is worth another try when its code is retryable. Suspends;
  /// needs a `base::Loop` on the thread. No message of an error holds anything of the address but
  /// its server.
  virtual base::Task<base::Result<void>> push(const PushAddress& address, const Message& message,
                                              std::chrono::milliseconds timeout) = 0;
};

}  // namespace sw::reminders
