#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/alert_rules.h"

namespace sw::obs {

/// Of an alert that this copy knows; one it does not know is inactive.
enum class AlertPhase : std::uint8_t { kPending, kFiring, kResolved };
/// "pending", "firing", "resolved".
std::string_view toString(AlertPhase phase);

struct TrackedAlert {
  AlertCondition condition{};  // as it last held
  AlertPhase phase = AlertPhase::kPending;
  base::Monotonic trueSince{};
  base::Instant activeAt{};  // when the condition began to hold
  base::Instant firedAt{};   // since when it fires
  base::Instant resolvedAt{};
  bool restored = false;  // from before this process began, and not seen since
};

/// Takes alerts through pending, firing and resolved as their conditions hold or not. Waiting
/// times are those of the table, by the clock that only moves forward. Of one thread.
class AlertTracker {
 public:
  /// Resolved alerts that are remembered, and how long.
  static constexpr std::size_t kRemembered = 100;
  static constexpr std::chrono::hours kRememberedFor{24};
  /// After a start, metrics need this long to exist again.
  static constexpr std::chrono::minutes kSettling{5};

  explicit AlertTracker(const base::Clock& clock) : clock_(clock), begun_(clock.monotonic()) {}

  /// An alert that fired when the process before this one ended. It goes on firing until its
  /// condition has been looked at for as long as the rule looks back.
  void restore(AlertCondition condition, base::Instant firedAt);
  /// The conditions that hold now are `conditions`, all others do not.
  void update(std::vector<AlertCondition> conditions);

  /// By fingerprint.
  [[nodiscard]] const std::map<std::string, TrackedAlert>& alerts() const { return alerts_; }
  [[nodiscard]] bool isFiring(const std::string& fingerprint) const;
  [[nodiscard]] bool anyFiring() const;
  /// What began to fire in the last `update`, and what ended.
  [[nodiscard]] const std::vector<std::string>& fired() const { return fired_; }
  [[nodiscard]] const std::vector<std::string>& ended() const { return ended_; }

 private:
  void hold(AlertCondition condition);
  [[nodiscard]] bool mustWait(const TrackedAlert& alert) const;
  void forget();

  const base::Clock& clock_;
  const base::Monotonic begun_;
  std::map<std::string, TrackedAlert> alerts_;
  std::vector<std::string> fired_;
  std::vector<std::string> ended_;
};

}  // namespace sw::obs
