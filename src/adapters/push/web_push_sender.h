#pragma once

#include "adapters/push/push_caller.h"
#include "adapters/push/vapid.h"
#include "base/clock.h"
#include "reminders/push_sender.h"

namespace sw::adapters::push {

/// Sends messages to browsers through their push services (RFC 8030), encrypted for the browser
/// (RFC 8291) and signed by this service (RFC 8292). The parts outlive it. See the port for
/// threads.
class WebPushSender final : public reminders::PushSender {
 public:
  /// `allowHttp` is for tests and private networks: browsers give addresses with https alone.
  WebPushSender(PushCaller::Parts parts, Vapid& vapid, bool allowHttp)
      : clock_(parts.clock),
        vapid_(vapid),
        allowHttp_(allowHttp),
        caller_(obs::label::Sender::kWebPush, parts) {}

  [[nodiscard]] reminders::PushKind kind() const override { return reminders::PushKind::kWebPush; }
  base::Task<base::Result<void>> push(const reminders::PushAddress& address,
                                      const reminders::Message& message,
                                      std::chrono::milliseconds timeout) override;

 private:
  const base::Clock& clock_;
  Vapid& vapid_;
  const bool allowHttp_;
  PushCaller caller_;
};

/// What the page's service worker gets: `{"id", "title", "body", "kind", "resourceId", "occasion",
/// "entries", "link"}`, the body cut so that it fits a push service.
std::string webPushPayload(const reminders::Message& message);

}  // namespace sw::adapters::push
