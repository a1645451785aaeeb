#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "reminders/channel_probe.h"
#include "reminders/server_breaker.h"
#include "webhooks/target_url.h"
#include "webhooks/transport.h"

namespace sw::adapters::push {

/// Calls push servers of one kind: over the guarded transport, past the circuit breakers, told to
/// the probe. Owned by a sender; the parts outlive it. Thread-safe.
class PushCaller {
 public:
  struct Parts {
    webhooks::Transport& transport;
    const reminders::ChannelProbe& probe;
    const base::Clock& clock;
  };
  PushCaller(reminders::ChannelProbe::Sender sender, Parts parts)
      : sender_(sender), parts_(parts), breaker_(parts.clock) {}

  using Headers = std::vector<std::pair<std::string, std::string>>;
  struct Call {
    webhooks::TargetUrl target;
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{};
    /// Whether 404 and 410 mean that the device is gone for good (RFC 8030, section 7.3).
    bool goneWhenNotFound = false;
  };
  /// Done when the server took the message (2xx). `kGone` as said above; `kUnavailable`,
  /// `kTimeout` and `kTooManyRequests` when another try may succeed, a server that is left alone
  /// included; `kForbidden` when it wants other credentials or the address may not be called;
  /// `kInvalid` when it refuses the message. Messages hold nothing of the address but its server.
  base::Task<base::Result<void>> post(Call call);

 private:
  base::Result<void> verdictOn(const base::Result<webhooks::Transport::Answer>& answer,
                               const std::string& server, bool goneWhenNotFound);

  const reminders::ChannelProbe::Sender sender_;
  const Parts parts_;
  reminders::ServerBreaker breaker_;
};

}  // namespace sw::adapters::push
