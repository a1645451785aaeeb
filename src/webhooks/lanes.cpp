#include "webhooks/lanes.h"

#include <algorithm>

namespace sw::webhooks {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto kLongestWait = 5min;
constexpr auto kShortestPace = 5ms;   // between two messages that come back
constexpr auto kBehindTest = 2s;      // wait while the message that tests a target runs
constexpr auto kForgottenAfter = 1h;  // of an open breaker that nobody asks for

}  // namespace

/// Messages that wait come back one after the other, as fast as the target takes them, and not
/// all at once to be sent away again.
milliseconds Lanes::slot(Lane& lane, base::Monotonic from, base::Monotonic now) const {
  const nanoseconds pace = std::max<nanoseconds>(lane.usual / options_.most, kShortestPace);
  lane.nextSlot = std::max(lane.nextSlot, from) + pace;
  lane.nextSlot = std::min(lane.nextSlot, std::max(from, now + kLongestWait));
  return std::chrono::ceil<milliseconds>(lane.nextSlot - now);
}

std::optional<milliseconds> Lanes::enter(const base::Uuid& webhook, base::Monotonic now) {
  const std::lock_guard lock(mutex_);
  forgetOld(now);
  Lane& lane = lanes_[webhook];
  lane.lastUsed = now;
  if (lane.openUntil > now) return slot(lane, lane.openUntil, now);
  if (isOpen(lane) && lane.running > 0) return slot(lane, now + kBehindTest, now);
  if (lane.running >= options_.most) return slot(lane, now, now);
  ++lane.running;
  return std::nullopt;
}

bool Lanes::leave(const base::Uuid& webhook, base::Monotonic now, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(webhook);
  if (found == lanes_.end()) return false;
  Lane& lane = found->second;
  lane.running = std::max(0, lane.running - 1);
  lane.lastUsed = now;
  if (!outcome.tried) return false;
  lane.usual = (lane.usual * 3 + outcome.took) / 4;
  if (outcome.delivered) {
    lane.failures = 0;
    lane.openings = 0;
    lane.openUntil = {};
    if (lane.running == 0 && lane.nextSlot <= now) lanes_.erase(found);
    return false;
  }
  ++lane.failures;
  lane.openUntil = std::max(lane.openUntil, now + outcome.retryAfter);
  // What ran while the breaker opened says nothing new.
  const bool opens = lane.failures >= options_.failures && (lane.running == 0 || !isOpen(lane));
  if (!opens) return false;
  const int doublings = std::min(lane.openings, 16);
  const auto pause =
      std::min(options_.firstPause * (std::int64_t{1} << doublings), options_.longestPause);
  lane.openUntil = std::max(lane.openUntil, now + pause);
  return ++lane.openings == 1;
}

void Lanes::forgetOld(base::Monotonic now) {
  if (lanes_.size() < sweepAt_) return;
  std::erase_if(lanes_, [now](const auto& entry) {
    const Lane& lane = entry.second;
    return lane.running == 0 && lane.openUntil <= now && now - lane.lastUsed > kForgottenAfter;
  });
  sweepAt_ = std::max<std::size_t>(1024, lanes_.size() * 2);
}

std::size_t Lanes::open() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(lanes_, [this](const auto& entry) { return isOpen(entry.second); }));
}

std::size_t Lanes::size() const {
  const std::lock_guard lock(mutex_);
  return lanes_.size();
}

}  // namespace sw::webhooks
