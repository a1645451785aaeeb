#include "obs/alert_tracker.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sw::obs {

std::string_view toString(AlertPhase phase) {
  switch (phase) {
    case AlertPhase::kPending: return "pending";
    case AlertPhase::kFiring: return "firing";
    case AlertPhase::kResolved: return "resolved";
  }
  return "resolved";
}

void AlertTracker::restore(AlertCondition condition, base::Instant firedAt) {
  TrackedAlert alert;
  alert.phase = AlertPhase::kFiring;
  alert.trueSince = clock_.monotonic();
  alert.activeAt = alert.firedAt = firedAt;
  alert.restored = true;
  std::string fingerprint = fingerprintOf(condition.id, condition.labels);
  alert.condition = std::move(condition);
  alerts_.insert_or_assign(std::move(fingerprint), std::move(alert));
}

void AlertTracker::hold(AlertCondition condition) {
  const base::Monotonic now = clock_.monotonic();
  const std::string fingerprint = fingerprintOf(condition.id, condition.labels);
  const auto [entry, isNew] = alerts_.try_emplace(fingerprint);
  TrackedAlert& alert = entry->second;
  if (isNew || alert.phase == AlertPhase::kResolved) {
    alert.phase = AlertPhase::kPending;
    alert.trueSince = now;
    alert.activeAt = clock_.now();
  }
  alert.restored = false;
  if (alert.phase == AlertPhase::kPending &&
      now - alert.trueSince >= describe(condition.id).holdFor) {
    alert.phase = AlertPhase::kFiring;
    alert.firedAt = clock_.now();
    fired_.push_back(fingerprint);
  }
  alert.condition = std::move(condition);
}

/// Whether an alert from before the start may not end yet, since nothing could be seen so far.
bool AlertTracker::mustWait(const TrackedAlert& alert) const {
  if (!alert.restored) return false;
  const auto needed =
      std::max<std::chrono::nanoseconds>(describe(alert.condition.id).window, kSettling);
  return clock_.monotonic() - begun_ < needed;
}

void AlertTracker::update(std::vector<AlertCondition> conditions) {
  fired_.clear();
  ended_.clear();
  std::set<std::string> holding;
  for (AlertCondition& condition : conditions) {
    holding.insert(fingerprintOf(condition.id, condition.labels));
    hold(std::move(condition));
  }
  for (auto each = alerts_.begin(); each != alerts_.end();) {
    TrackedAlert& alert = each->second;
    if (alert.phase == AlertPhase::kResolved || holding.contains(each->first) || mustWait(alert)) {
      ++each;
    } else if (alert.phase == AlertPhase::kPending) {
      each = alerts_.erase(each);
    } else {
      alert.phase = AlertPhase::kResolved;
      alert.resolvedAt = clock_.now();
      ended_.push_back(each->first);
      ++each;
    }
  }
  forget();
}

void AlertTracker::forget() {
  const base::Instant horizon = clock_.now() - kRememberedFor;
  std::vector<std::pair<base::Instant, std::string>> resolved;
  for (const auto& [fingerprint, alert] : alerts_) {
    if (alert.phase == AlertPhase::kResolved) resolved.emplace_back(alert.resolvedAt, fingerprint);
  }
  std::ranges::sort(resolved, std::greater<>());
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (i >= kRemembered || resolved[i].first < horizon) alerts_.erase(resolved[i].second);
  }
}

bool AlertTracker::isFiring(const std::string& fingerprint) const {
  const auto found = alerts_.find(fingerprint);
  return found != alerts_.end() && found->second.phase == AlertPhase::kFiring;
}

bool AlertTracker::anyFiring() const {
  return std::ranges::any_of(
      alerts_, [](const auto& each) { return each.second.phase == AlertPhase::kFiring; });
}

}  // namespace sw::obs
