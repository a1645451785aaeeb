#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "accounts/principal.h"

namespace sw::accounts {

/// Remembers whom a credential that was found good stands for, by its SHA-256, so that the
/// signature and the database are asked once. Bounded; spread over shards so that threads rarely
/// meet. Thread-safe; never blocks for long.
class PrincipalCache {
 public:
  explicit PrincipalCache(std::size_t capacity = 65536);

  /// The principal, unless it is unknown or past its time at `now`.
  PrincipalPointer find(const SecretHash& hash, base::Instant now);
  /// Keeps the principal until `until`. A full shard first drops what has expired, then whatever
  /// it finds.
  void put(PrincipalPointer principal, base::Instant until, base::Instant now);
  /// Forgets what was revoked.
  void remove(const SecretHash& hash);
  [[nodiscard]] std::size_t size();

 private:
  static constexpr std::size_t kShards = 64;

  struct Entry {
    PrincipalPointer principal;
    base::Instant until;
  };
  struct HashOfHash {
    std::size_t operator()(const SecretHash& hash) const noexcept {
      std::size_t word = 0;
      std::memcpy(&word, hash.data(), sizeof word);  // uniform already
      return word;
    }
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<SecretHash, Entry, HashOfHash> entries;
  };
  Shard& shardOf(const SecretHash& hash) { return shards_[hash.back() % kShards]; }
  void makeRoom(Shard& shard, base::Instant now) const;

  const std::size_t shardCapacity_;
  std::array<Shard, kShards> shards_;
};

}  // namespace sw::accounts
