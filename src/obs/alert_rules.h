#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "obs/alert_table.h"
#include "obs/window.h"

namespace sw::obs {

/// Labels of an alert beside its name and severity, by name.
using AlertLabels = std::vector<std::pair<std::string, std::string>>;

/// One alert whose condition holds at this moment.
struct AlertCondition {
  AlertId id{};
  AlertLabels labels{};
  double value = 0;
  double threshold = 0;
  std::string description{};  // the figures in words
};

/// What makes two alerts the same: `SchedulingWorkerDependencyDown{dependency="redis"}`.
std::string fingerprintOf(AlertId id, const AlertLabels& labels);

struct AlertThresholds {
  double errorRate = 0.05;                     // share of answers with 5xx
  std::chrono::milliseconds latency95p{5000};  // 95 % of the requests have to be faster
  double memoryUsage = 0.8;                    // share of the effective limit
};

/// What the rules know that no metric tells.
struct AlertFacts {
  std::string instance{};
  base::Instant now{};
  base::Instant started{};
  bool startedBefore = false;  // some copy ran before this process began
  int startsOfHalfHour = 1;    // of this instance, this one included
  bool hasChannels = false;    // somebody would get an alert
  std::optional<base::Instant> lastDrill{};
  std::optional<base::Instant> firstStart{};  // of any copy, as far as it is remembered
};

/// Every condition that holds now. A rule whose metrics are absent says nothing.
std::vector<AlertCondition> evaluateAlerts(const MetricWindow& window,
                                           const AlertThresholds& thresholds,
                                           const AlertFacts& facts);

/// The longest window that a rule looks back.
inline constexpr std::chrono::minutes kLongestAlertWindow{15};

}  // namespace sw::obs
