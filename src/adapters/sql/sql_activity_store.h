#pragma once

#include "accounts/activity.h"
#include "adapters/sql/database.h"

namespace sw::sql {

/// When people were last active, in SQL; see the port. Thread-safe.
class SqlActivityStore final : public accounts::ActivityStore {
 public:
  explicit SqlActivityStore(Database& database) : database_(database) {}

  base::Task<base::Result<void>> note(std::vector<accounts::Sighting> sightings) override;
  base::Task<base::Result<Census>> census(base::Instant now) override;
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
