#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "obs/alert_sink.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/redact.h"

namespace sw::obs {

struct DispatcherOptions {
  std::size_t queue = 64;              // messages of each channel
  std::chrono::seconds deadline{240};  // from the call of `dispatch` on
  std::chrono::milliseconds attemptTimeout{10'000};
  std::chrono::milliseconds firstBackoff{1'000};  // doubled with each attempt
  std::chrono::milliseconds longestBackoff{60'000};
};

/// Sends alert messages through every channel: each has a bounded queue and a thread, so that a
/// slow receiver holds up neither the service nor the other channels. Attempts are repeated with
/// growing pauses until the message's deadline; then it is dropped and counted. A receiver that
/// takes nothing is logged once, and once more when it works again. Owned by the alert engine's
/// owner; thread-safe.
class AlertDispatcher {
 public:
  /// How a message ended: whether any channel took it. Called on a channel's thread.
  using Report = std::function<void(std::uint64_t message, bool delivered)>;
  /// A random number of 0 to 1 for the pauses.
  using Jitter = std::function<double()>;

  struct Channel {
    label::AlertChannel::Value channel{};
    std::string destination{};
    std::size_t queued = 0;
    bool failing = false;  // the last message could not be delivered
    std::string lastError{};
    std::optional<base::Instant> lastDelivered{};
    std::optional<base::Instant> lastFailed{};
  };

  AlertDispatcher(DispatcherOptions options, std::vector<std::unique_ptr<AlertSink>> sinks,
                  const base::Clock& clock, MetricCatalog& catalog, Log& log, Redactor redactor,
                  Jitter jitter = {});
  AlertDispatcher(const AlertDispatcher&) = delete;
  AlertDispatcher& operator=(const AlertDispatcher&) = delete;
  ~AlertDispatcher();

  /// While nothing is being sent: before the first `dispatch`, or after `stop`.
  void onReport(Report report);
  [[nodiscard]] bool hasChannels() const;
  /// Queues the message for every channel and answers its number. Does not block.
  std::uint64_t dispatch(AlertMessage message);

  /// Tries what is due by the clock, once each, on the calling thread; for tests.
  void runDue();
  /// Begins to send on threads of its own.
  void start();
  /// Tries what is queued for at most `grace` without further pauses, then drops it. Blocks. Safe
  /// to call twice.
  void stop(std::chrono::milliseconds grace);

  [[nodiscard]] std::vector<Channel> channels() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
