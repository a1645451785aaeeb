#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/http/client.h"
#include "adapters/sentry/dsn.h"
#include "adapters/sentry/event.h"
#include "adapters/sentry/rate_limits.h"
#include "adapters/sentry/repeat_limit.h"
#include "base/clock.h"
#include "obs/error_sink.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/trace_mask.h"

namespace sw::adapters::sentry {

struct OutboxOptions {
  Dsn dsn;
  Origin origin;
  std::size_t maxWaiting = 64;
  std::chrono::milliseconds timeout{10'000};  // of one call
  int attempts = 3;                           // where nobody answers
};

/// Sends a request and gives the answer; `http::Client` in the service.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual base::Result<http::ClientResponse> send(const http::ClientRequest& request) = 0;
};

/// Reports on their way to Sentry: a bounded queue and the rules by which it is emptied. Every
/// report that comes in counts as emitted, and later as exported or, by reason, as dropped:
/// - repeats of one error beyond a few a minute, and what the receiver asks to be spared, are
///   `rate_limited`; what finds the queue full is `queue_full`;
/// - an answer other than success drops the report (413: `too_large`, else `export_failed`): by
///   Sentry's rules it is not sent twice. Where nobody answers it is tried again, with growing,
///   random pauses.
/// What was dropped is told to the receiver too, in client reports. An outage is one line in the
/// log, its end another. `take` is thread-safe; `step` is one thread's.
class Outbox {
 public:
  Outbox(OutboxOptions options, Transport& transport, const obs::TraceMask& mask,
         obs::MetricCatalog& catalog, obs::Log& log, const base::Clock& clock);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Never waits. False when the report is dropped at once.
  bool take(obs::ErrorReport report);
  /// Does what is due: at most one call. Answers how long nothing will be. Blocks for the call.
  /// When `last`, nothing waits for another attempt.
  std::chrono::nanoseconds step(bool last = false);
  /// Drops all that waits.
  void dropAll();
  [[nodiscard]] bool empty() const;

  /// How long `step` may be left alone when nothing is to do.
  static constexpr std::chrono::seconds kIdle{30};

 private:
  struct Waiting {
    obs::ErrorReport report;
    int attempts = 0;
  };
  using Drop = obs::label::DropReason::Value;

  std::optional<Waiting> next(std::chrono::nanoseconds& pause, bool last);
  void send(Waiting waiting, bool last);
  void sendReportAlone();
  base::Result<http::ClientResponse> post(const Envelope& envelope);
  void drop(const obs::ErrorReport& report, Drop metric, std::string_view reason);
  void tryAgain(Waiting waiting);
  void failed(std::string_view why);
  void worked();
  /// Puts the client report into the envelope; what it tells is told when that arrives.
  Discarded takeDiscarded(Envelope& envelope);
  void giveBack(const Discarded& discarded);

  const OutboxOptions options_;
  const std::string url_;
  const std::string auth_;
  Transport& transport_;
  const obs::TraceMask& mask_;
  const obs::Logger logger_;
  const base::Clock& clock_;
  const obs::CounterHandle emitted_, exported_;
  std::array<obs::CounterHandle, obs::label::DropReason::kValues.size()> dropped_;

  // Of the thread that steps.
  RateLimits limits_;
  bool failing_ = false;
  base::Monotonic reported_{};
  base::Monotonic notBefore_{};

  mutable std::mutex mutex_;  // guards what follows
  RepeatLimit repeats_;
  std::deque<Waiting> waiting_;
  Discarded discarded_;
};

}  // namespace sw::adapters::sentry
