#include "accounts/principal_cache.h"

#include <algorithm>
#include <utility>

namespace sw::accounts {

PrincipalCache::PrincipalCache(std::size_t capacity)
    : shardCapacity_(std::max<std::size_t>(capacity / kShards, 1)) {}

PrincipalPointer PrincipalCache::find(const SecretHash& hash, base::Instant now) {
  Shard& shard = shardOf(hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(hash);
  if (found == shard.entries.end()) return nullptr;
  if (found->second.until <= now) {
    shard.entries.erase(found);
    return nullptr;
  }
  return found->second.principal;
}

void PrincipalCache::put(PrincipalPointer principal, base::Instant until, base::Instant now) {
  if (until <= now) return;
  Shard& shard = shardOf(principal->hash);
  const std::lock_guard lock(shard.mutex);
  if (shard.entries.size() >= shardCapacity_ && !shard.entries.contains(principal->hash)) {
    makeRoom(shard, now);
  }
  const SecretHash hash = principal->hash;
  shard.entries.insert_or_assign(hash, Entry{std::move(principal), until});
}

void PrincipalCache::makeRoom(Shard& shard, base::Instant now) const {
  std::erase_if(shard.entries, [now](const auto& entry) { return entry.second.until <= now; });
  // Whoever comes first in the table is as good as any: the keys are hashes.
  if (shard.entries.size() >= shardCapacity_) shard.entries.erase(shard.entries.begin());
}

void PrincipalCache::remove(const SecretHash& hash) {
  Shard& shard = shardOf(hash);
  const std::lock_guard lock(shard.mutex);
  shard.entries.erase(hash);
}

std::size_t PrincipalCache::size() {
  std::size_t sum = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.entries.size();
  }
  return sum;
}

}  // namespace sw::accounts
