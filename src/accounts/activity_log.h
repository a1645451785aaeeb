#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "accounts/activity.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"

namespace sw::accounts {

/// Gathers who is active in memory, so that a request costs a look into a table and a person one
/// write an hour, together with those of others. What a crash takes along is noted again with the
/// person's next request. Owned by the composition root; thread-safe.
class ActivityLog {
 public:
  /// `capacity` bounds the people of one hour that are told apart; of more, some are written more
  /// than once.
  explicit ActivityLog(std::size_t capacity = 1U << 18U);

  /// A person asked for something. Never blocks for long.
  void seen(const base::Uuid& user, base::Instant now);

  /// Writes what was gathered. Fails as the store; what could not be written is kept for the next
  /// time. One call at a time; suspends.
  base::Task<base::Result<void>> writeTo(ActivityStore& store);

  /// People who wait to be written.
  [[nodiscard]] std::size_t pending();

 private:
  static constexpr std::size_t kShards = 16;
  /// Rows of one write.
  static constexpr std::size_t kPiece = 500;

  struct alignas(64) Shard {
    std::mutex mutex;
    base::Instant hour{};
    std::unordered_set<base::Uuid> known;  // seen in that hour
    std::unordered_map<base::Uuid, base::Instant> pending;
  };

  std::vector<Sighting> take();
  void putBack(const std::vector<Sighting>& all, std::size_t from);
  Shard& shardOf(const base::Uuid& user);

  const std::size_t shardCapacity_;
  std::array<Shard, kShards> shards_;
};

}  // namespace sw::accounts
