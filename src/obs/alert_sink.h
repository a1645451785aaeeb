#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "obs/alert_rules.h"
#include "obs/metric_labels.h"

namespace sw::obs {

/// One alert of a message.
struct AlertNote {
  std::string name{};
  std::string severity{};
  std::string summary{};
  std::string description{};
  std::string fingerprint{};
  std::string instance{};
  std::string runbook{};  // address or path of the page
  AlertLabels labels{};   // beside name and severity
  base::Instant since{};
  std::optional<base::Instant> ended{};  // nothing while it fires
  double value = 0;
  double threshold = 0;
};

/// What goes out at once: alerts that fired or ended in the same moment. Holds no secret.
struct AlertMessage {
  std::string service{};
  std::string externalUrl{};  // where the service is found; may be empty
  base::Instant sent{};
  std::vector<AlertNote> notes{};

  [[nodiscard]] std::size_t firing() const {
    std::size_t count = 0;
    for (const AlertNote& note : notes) count += note.ended ? 0U : 1U;
    return count;
  }
};

/// How one attempt to deliver a message went.
struct AlertDelivery {
  enum class Outcome {
    kDelivered,
    kAgain,        // may work later
    kRateLimited,  // as above: the receiver asked for less
    kRefused,      // will never work
  };
  Outcome outcome = Outcome::kDelivered;
  std::string problem{};  // for people, without secrets; empty when delivered
  std::optional<std::chrono::seconds> retryAfter{};  // as the receiver asked
};

/// A channel that alerts go out through. Used by one thread, but for `abort`.
class AlertSink {
 public:
  AlertSink() = default;
  AlertSink(const AlertSink&) = delete;
  AlertSink& operator=(const AlertSink&) = delete;
  virtual ~AlertSink() = default;

  [[nodiscard]] virtual label::AlertChannel::Value channel() const = 0;
  /// Where it goes, for people: without credentials, path and query.
  [[nodiscard]] virtual std::string destination() const = 0;
  /// Tries once. Blocks up to `timeout`.
  virtual AlertDelivery send(const AlertMessage& message, std::chrono::milliseconds timeout) = 0;
  /// Ends an attempt that runs, soon, and refuses later ones. Thread-safe.
  virtual void abort() noexcept = 0;
};

}  // namespace sw::obs
