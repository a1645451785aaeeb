#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace sw::api {

/// What a request costs its caller. Each class has a limit of its own.
enum class RateClass {
  kRead,
  kWrite,
  kHeavy,      // imports, exports and what else can be long
  kAnonymous,  // of an address, without a user; trying to sign in is one
  kFailure,    // credentials of an address that were not good
};

/// How a caller stands after a request.
struct RateDecision {
  bool allowed = true;
  std::int64_t limit = 0;             // requests in a minute
  std::int64_t remaining = 0;         // at once
  std::chrono::seconds reset{};       // until it is full again
  std::chrono::seconds retryAfter{};  // when refused
};

/// Limits how often one caller may ask: a token bucket for each caller and class, that fills
/// evenly by the class's limit of a minute and holds a burst. Thread-safe. Bounded: callers idle
/// long enough to be full again are forgotten.
class RateLimiter {
 public:
  struct Limits {
    bool enabled = true;
    std::int64_t readsPerMinute = 3000;
    std::int64_t writesPerMinute = 1200;
    std::int64_t heavyPerMinute = 120;
    std::int64_t anonymousPerMinute = 120;
    std::int64_t failuresPerMinute = 30;
    std::int64_t burst = 0;  // requests at once, at most; 0: as many as in a minute
  };

  RateLimiter(Limits limits, const base::Clock& clock) : limits_(limits), clock_(clock) {}

  [[nodiscard]] bool enabled() const { return limits_.enabled; }
  /// Takes one request off the bucket of `caller`. Does not block.
  RateDecision take(std::string_view caller, RateClass rateClass) {
    return decide(caller, rateClass, 1);
  }
  /// What `take` would answer, but takes nothing.
  RateDecision look(std::string_view caller, RateClass rateClass) {
    return decide(caller, rateClass, 0);
  }

 private:
  static constexpr std::size_t kClasses = 5;

  struct Bucket {
    double level = 0;  // requests that may still be made
    base::Monotonic filled{};
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Buckets = std::array<Bucket, kClasses>;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Buckets, TextHash, std::equal_to<>> buckets;
  };
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kMaxPerShard = 16384;

  [[nodiscard]] std::int64_t limitOf(RateClass rateClass) const;
  RateDecision decide(std::string_view caller, RateClass rateClass, double cost);

  Limits limits_;
  const base::Clock& clock_;
  std::array<Shard, kShards> shards_;
};

}  // namespace sw::api
