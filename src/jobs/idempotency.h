#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// What makes a repeated request the same one: who asked, where, and the key they chose.
struct IdempotencyKey {
  base::Uuid userId;
  std::string scope;  // method and path
  std::string key;    // as sent, at most 255 bytes
};

/// The recorded outcome of the first request with a key.
struct IdempotentAnswer {
  std::array<std::uint8_t, 32> requestHash{};  // SHA-256 of the first request's body
  int status = 0;
  std::string contentType;
  std::string headers;  // "Name: value" lines that the answer repeats (ETag, Location)
  std::string body;
};

/// Answers kept so that a repeated write answers what the first one did. Thread-safe.
class IdempotencyStore {
 public:
  static constexpr std::chrono::hours kRetention{24};

  IdempotencyStore() = default;
  IdempotencyStore(const IdempotencyStore&) = delete;
  IdempotencyStore& operator=(const IdempotencyStore&) = delete;
  virtual ~IdempotencyStore() = default;

  /// The answer recorded under `key` and not older than the retention, or nothing.
  virtual base::Task<base::Result<std::optional<IdempotentAnswer>>> find(
      const IdempotencyKey& key) = 0;
  /// Records the answer in the transaction of the write it belongs to. The unit fails with
  /// `kConflict` when the key was taken meanwhile.
  virtual void record(UnitOfWork& unit, const IdempotencyKey& key, const IdempotentAnswer& answer,
                      base::Instant now) = 0;
  /// Removes answers past the retention, at most `limit` a call; answers how many.
  virtual base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) = 0;
};

}  // namespace sw::jobs
