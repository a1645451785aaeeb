#pragma once

#include "adapters/sql/database.h"
#include "goals/linked_progress.h"

namespace sw::sql {

/// What goals see of habits and tasks, read from the tables of those; see the port. Thread-safe.
class SqlLinkedProgress final : public goals::LinkedProgressSource {
 public:
  explicit SqlLinkedProgress(Database& database) : database_(database) {}

  base::Task<base::Result<goals::LinkedProgress>> read(const goals::Goal& goal) override;
  base::Task<base::Result<Unknown>> unknown(base::Uuid ownerId, std::vector<base::Uuid> habits,
                                            std::vector<base::Uuid> tasks) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
