#include "accounts/activity_log.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace sw::accounts {

using base::Result;
using base::Task;
using base::Uuid;

ActivityLog::ActivityLog(std::size_t capacity)
    : shardCapacity_(std::max<std::size_t>(capacity / kShards, 1)) {}

ActivityLog::Shard& ActivityLog::shardOf(const Uuid& user) {
  return shards_[std::hash<Uuid>()(user) % kShards];
}

void ActivityLog::seen(const Uuid& user, base::Instant now) {
  const base::Instant hour = std::chrono::floor<std::chrono::hours>(now);
  Shard& shard = shardOf(user);
  const std::lock_guard lock(shard.mutex);
  if (shard.hour != hour) {
    shard.hour = hour;
    shard.known.clear();
  }
  if (shard.known.contains(user)) return;
  if (shard.known.size() >= shardCapacity_) shard.known.clear();
  const bool isPending = shard.pending.contains(user);
  // No room while the database is away: the person's next request tries again.
  if (!isPending && shard.pending.size() >= shardCapacity_) return;
  shard.known.insert(user);
  base::Instant& pending = shard.pending[user];
  pending = std::max(pending, hour);
}

std::vector<Sighting> ActivityLog::take() {
  std::vector<Sighting> all;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [user, hour] : shard.pending) all.push_back({user, hour});
    shard.pending.clear();
  }
  // One order for all copies of the program, so that their writes cannot wait for each other.
  std::ranges::sort(all, {}, &Sighting::userId);
  return all;
}

void ActivityLog::putBack(const std::vector<Sighting>& all, std::size_t from) {
  for (std::size_t i = from; i < all.size(); ++i) {
    Shard& shard = shardOf(all[i].userId);
    const std::lock_guard lock(shard.mutex);
    if (shard.pending.size() >= shardCapacity_) {
      shard.known.erase(all[i].userId);
      continue;
    }
    shard.pending.try_emplace(all[i].userId, all[i].hour);  // a newer one stays
  }
}

Task<Result<void>> ActivityLog::writeTo(ActivityStore& store) {
  const std::vector<Sighting> all = take();
  for (std::size_t from = 0; from < all.size(); from += kPiece) {
    const std::size_t end = std::min(from + kPiece, all.size());
    std::vector<Sighting> piece(all.begin() + static_cast<std::ptrdiff_t>(from),
                                all.begin() + static_cast<std::ptrdiff_t>(end));
    const auto written = co_await store.note(std::move(piece));
    if (!written.ok()) {
      putBack(all, from);
      co_return written.error();
    }
  }
  co_return Result<void>();
}

std::size_t ActivityLog::pending() {
  std::size_t sum = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.pending.size();
  }
  return sum;
}

}  // namespace sw::accounts
