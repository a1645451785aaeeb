#pragma once

#include "adapters/sql/database.h"
#include "jobs/command_store.h"

namespace sw::sql {

/// Commands in SQL; see the port. Thread-safe.
class SqlCommandStore final : public jobs::CommandStore {
 public:
  explicit SqlCommandStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<jobs::CommandRecord>>> find(
      base::Uuid userId, std::string_view taskId) override;
  void create(jobs::UnitOfWork& unit, const jobs::CommandRecord& record) override;
  void update(jobs::UnitOfWork& unit, const jobs::CommandProgress& progress) override;
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
