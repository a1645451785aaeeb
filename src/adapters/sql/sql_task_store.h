#pragma once

#include "adapters/sql/database.h"
#include "tasks/task_store.h"

namespace sw::sql {

/// Tasks, their arrows and their time in SQL; see the port. Thread-safe.
class SqlTaskStore final : public tasks::TaskStore {
 public:
  explicit SqlTaskStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<tasks::Task>>> find(base::Uuid id) override;
  base::Task<base::Result<std::vector<tasks::Task>>> list(base::Uuid ownerId,
                                                          tasks::TaskQuery query,
                                                          tasks::TaskPosition after,
                                                          int limit) override;
  base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) override;
  base::Task<base::Result<std::vector<tasks::Dependency>>> dependencies(
      base::Uuid ownerId) override;
  base::Task<base::Result<std::vector<base::Uuid>>> openAmong(base::Uuid ownerId,
                                                              std::vector<base::Uuid> ids) override;
  void put(jobs::UnitOfWork& unit, const tasks::Task& task) override;
  void guardDependencies(jobs::UnitOfWork& unit, base::Uuid ownerId, std::int64_t version) override;
  base::Task<base::Result<std::int64_t>> dependencyVersion(base::Uuid ownerId) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override;

  base::Task<base::Result<std::vector<tasks::TimeEntry>>> timePage(base::Uuid taskId,
                                                                   EntryPosition before,
                                                                   int limit) override;
  base::Task<base::Result<std::optional<tasks::TimeEntry>>> findTime(base::Uuid taskId,
                                                                     base::Uuid id) override;
  void putTime(jobs::UnitOfWork& unit, const tasks::TimeEntry& entry) override;
  void removeTime(jobs::UnitOfWork& unit, base::Uuid taskId, base::Uuid id) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
