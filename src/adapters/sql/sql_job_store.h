#pragma once

#include <memory>

#include "adapters/sql/database.h"
#include "jobs/job_store.h"

namespace sw::sql {

class PutListener;

/// Jobs in SQL; see the port. On SQLite a claim reads what is due and takes it by a guarded write;
/// on PostgreSQL it is one statement that skips what another copy is just taking. Thread-safe.
class SqlJobStore final : public jobs::JobStore {
 public:
  explicit SqlJobStore(Database& database);
  ~SqlJobStore() override;

  void put(jobs::UnitOfWork& unit, const jobs::Job& job) override;
  void cancel(jobs::UnitOfWork& unit, std::string_view kind, std::string_view key) override;
  base::Task<base::Result<std::vector<jobs::Job>>> claim(const Claim& claim) override;
  base::Task<base::Result<std::vector<base::Uuid>>> renew(const std::vector<jobs::Job>& jobs,
                                                          base::Instant until) override;
  void finish(jobs::UnitOfWork& unit, const jobs::Job& job) override;
  void retry(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due,
             const std::string& error) override;
  void release(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due) override;
  void bury(jobs::UnitOfWork& unit, const jobs::Job& job, const std::string& error,
            base::Instant now) override;
  base::Task<base::Result<std::optional<base::Instant>>> nextDue(
      const std::vector<std::string>& kinds) override;
  base::Task<base::Result<std::optional<Found>>> find(std::string_view kind,
                                                      std::string_view key) override;
  base::Task<base::Result<std::vector<jobs::Job>>> dead(base::Uuid before, int limit) override;
  void revive(jobs::UnitOfWork& unit, base::Uuid id, base::Instant now) override;
  void drop(jobs::UnitOfWork& unit, base::Uuid id) override;
  base::Task<base::Result<std::vector<Census>>> census(base::Instant now) override;
  void tellOfPuts(std::function<void(base::Instant)> listener) override;

 private:
  base::Task<base::Result<std::vector<jobs::Job>>> claimByGuards(const Claim& claim);
  base::Task<base::Result<std::vector<jobs::Job>>> claimByLocks(const Claim& claim);

  Database& database_;
  const std::shared_ptr<PutListener> listener_;
};

}  // namespace sw::sql
