#pragma once

#include <array>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::reminders {

/// What the channels tell of their calls to mail servers and push services: metric, log record and
/// client span together. What became of a reminder as a whole is told elsewhere. One a process;
/// thread-safe.
class ChannelProbe {
 public:
  using Sender = obs::label::Sender::Value;
  using Outcome = obs::label::AttemptOutcome::Value;

  ChannelProbe(obs::MetricCatalog& catalog, obs::Log& log);

  /// One call that has ended. Views live as long as the call that tells it.
  struct Attempt {
    Sender sender{};
    std::string_view server{};  // as people write it, without path and secrets
    base::Monotonic begun{};
    base::Monotonic ended{};
    int status = 0;                      // that the server answered; 0 for none
    const base::Error* error = nullptr;  // null: the server took the message
    bool recovered = false;              // it had failed before
  };
  void attemptEnded(const Attempt& attempt) const;
  /// A server was not called, since calls to it have failed lately.
  void attemptHeld(Sender sender, std::string_view server) const;
  /// So many servers are not called at present.
  void circuitsOpen(Sender sender, std::size_t servers) const;

 private:
  static constexpr std::size_t kSenders = obs::label::Sender::kValues.size();
  static constexpr std::size_t kOutcomes = obs::label::AttemptOutcome::kValues.size();

  obs::Logger logger_;
  std::array<std::array<obs::CounterHandle, kOutcomes>, kSenders> attempts_;
  std::array<obs::HistogramHandle, kSenders> durations_;
  std::array<obs::GaugeHandle, kSenders> open_;
  obs::GaugeHandle smtpOpen_;
};

}  // namespace sw::reminders
