#pragma once

#include "adapters/sql/database.h"
#include "jobs/lease_store.h"

namespace sw::sql {

/// Leases in SQL; see the port. Thread-safe.
class SqlLeaseStore final : public jobs::LeaseStore {
 public:
  explicit SqlLeaseStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<jobs::Lease>>> acquire(const Request& request) override;
  base::Task<base::Result<bool>> renew(const jobs::Lease& lease, base::Instant until) override;
  base::Task<base::Result<void>> release(const jobs::Lease& lease) override;
  void guard(jobs::UnitOfWork& unit, const jobs::Lease& lease) override;
  base::Task<base::Result<std::vector<jobs::Lease>>> list() override;

 private:
  Database& database_;
};

}  // namespace sw::sql
