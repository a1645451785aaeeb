#pragma once

#include "adapters/sql/database.h"
#include "obs/alert_state.h"

namespace sw::sql {

/// The state and history of alerts in SQL; see the port. Thread-safe.
class SqlAlertStore final : public obs::AlertStateStore {
 public:
  explicit SqlAlertStore(Database& database) : database_(database) {}

  base::Task<base::Result<obs::AlertOverview>> load() override;
  base::Task<base::Result<bool>> put(obs::AlertNotice next) override;
  base::Task<base::Result<void>> merge(std::vector<obs::AlertNotice> notices) override;
  base::Task<base::Result<void>> see(std::string instance, std::vector<std::string> seen,
                                     std::vector<std::string> unseen, base::Instant now) override;
  base::Task<base::Result<obs::ProcessStarts>> recordStart(std::string instance,
                                                           base::Instant started,
                                                           base::Instant since) override;
  base::Task<base::Result<void>> record(obs::AlertIncident incident) override;
  base::Task<base::Result<std::vector<obs::AlertIncident>>> history(int limit) override;
  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
