#pragma once

#include "adapters/sql/database.h"
#include "calendar/upkeep_store.h"

namespace sw::sql {

/// Work on all events in SQL; see the port. Thread-safe.
class SqlUpkeepStore final : public calendar::UpkeepStore {
 public:
  explicit SqlUpkeepStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<std::string>>> progress(std::string_view name) override;
  void setProgress(jobs::UnitOfWork& unit, std::string_view name,
                   std::string_view progress) override;
  base::Task<base::Result<void>> scanAll(base::Uuid after, int limit,
                                         const calendar::EventVisitor& visit) override;
  void restamp(jobs::UnitOfWork& unit, const calendar::EventRecord& record) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
