#include "api/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace sw::api {
namespace {

constexpr double kSecondsOfBucket = 60;
constexpr std::chrono::minutes kIdle{1};

std::chrono::seconds roundUp(double seconds) {
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(seconds)));
}

}  // namespace

std::int64_t RateLimiter::limitOf(RateClass rateClass) const {
  switch (rateClass) {
    case RateClass::kRead: return limits_.readsPerMinute;
    case RateClass::kWrite: return limits_.writesPerMinute;
    case RateClass::kHeavy: return limits_.heavyPerMinute;
    case RateClass::kAnonymous: return limits_.anonymousPerMinute;
    case RateClass::kFailure: return limits_.failuresPerMinute;
  }
  return limits_.readsPerMinute;
}

RateDecision RateLimiter::decide(std::string_view caller, RateClass rateClass, double cost) {
  RateDecision decision;
  if (!limits_.enabled) return decision;
  decision.limit = limitOf(rateClass);
  const double perSecond = static_cast<double>(decision.limit) / kSecondsOfBucket;
  const auto capacity = static_cast<double>(
      limits_.burst > 0 ? std::min(limits_.burst, decision.limit) : decision.limit);
  const base::Monotonic now = clock_.monotonic();

  Shard& shard = shards_.at(TextHash()(caller) % kShards);
  const std::lock_guard lock(shard.mutex);
  auto found = shard.buckets.find(caller);
  if (found == shard.buckets.end()) {
    if (cost == 0) return decision;
    if (shard.buckets.size() >= kMaxPerShard) {
      std::erase_if(shard.buckets, [&](const auto& entry) {
        return std::ranges::all_of(entry.second,
                                   [&](const Bucket& b) { return now - b.filled > kIdle; });
      });
      if (shard.buckets.size() >= kMaxPerShard) shard.buckets.clear();
    }
    found = shard.buckets.emplace(std::string(caller), Buckets{}).first;
  }
  Bucket& bucket = found->second.at(static_cast<std::size_t>(rateClass));
  const bool fresh = bucket.filled == base::Monotonic{};
  const double passed = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.level = fresh ? capacity : std::min(capacity, bucket.level + passed * perSecond);
  bucket.filled = now;
  if (bucket.level >= 1) {
    bucket.level -= cost;
  } else {
    decision.allowed = false;
    decision.retryAfter =
        std::max(roundUp((1 - bucket.level) / perSecond), std::chrono::seconds(1));
  }
  decision.remaining = static_cast<std::int64_t>(bucket.level);
  decision.reset = roundUp((capacity - bucket.level) / perSecond);
  return decision;
}

}  // namespace sw::api
