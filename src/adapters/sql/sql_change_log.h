#pragma once

#include "adapters/sql/database.h"
#include "jobs/change_log.h"
#include "jobs/idempotency.h"

namespace sw::sql {

/// The change log in SQL; see the port. Removing old entries removes old tombstones with them.
/// Thread-safe.
class SqlChangeLog final : public jobs::ChangeLog {
 public:
  explicit SqlChangeLog(Database& database) : database_(database) {}

  void append(jobs::UnitOfWork& unit, jobs::Change change) override;
  base::Task<base::Result<std::vector<jobs::Change>>> read(Position position, int limit) override;
  base::Task<base::Result<std::int64_t>> last(base::Uuid userId) override;
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override;

 private:
  Database& database_;
};

/// Idempotent answers in SQL; see the port. Thread-safe.
class SqlIdempotencyStore final : public jobs::IdempotencyStore {
 public:
  /// `clock` decides which answers are past the retention when they are looked up.
  SqlIdempotencyStore(Database& database, const base::Clock& clock)
      : database_(database), clock_(clock) {}

  base::Task<base::Result<std::optional<jobs::IdempotentAnswer>>> find(
      const jobs::IdempotencyKey& key) override;
  void record(jobs::UnitOfWork& unit, const jobs::IdempotencyKey& key,
              const jobs::IdempotentAnswer& answer, base::Instant now) override;
  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override;

 private:
  Database& database_;
  const base::Clock& clock_;
};

}  // namespace sw::sql
