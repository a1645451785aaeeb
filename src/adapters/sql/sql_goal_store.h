#pragma once

#include "adapters/sql/database.h"
#include "goals/goal_store.h"

namespace sw::sql {

/// Goals, their journals and their time in SQL; see the port. Thread-safe.
class SqlGoalStore final : public goals::GoalStore {
 public:
  explicit SqlGoalStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<goals::Goal>>> find(base::Uuid id) override;
  base::Task<base::Result<std::vector<goals::Goal>>> list(base::Uuid ownerId,
                                                          goals::GoalQuery query,
                                                          goals::GoalPosition after,
                                                          int limit) override;
  base::Task<base::Result<std::vector<goals::Goal>>> movedBy(base::Uuid ownerId,
                                                             Mover mover) override;
  base::Task<base::Result<std::vector<goals::Goal>>> dueBetween(std::chrono::local_days from,
                                                                std::chrono::local_days to,
                                                                base::Uuid after,
                                                                int limit) override;
  base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) override;
  void put(jobs::UnitOfWork& unit, const goals::Goal& goal) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override;

  base::Task<base::Result<std::vector<goals::ProgressEntry>>> journal(base::Uuid goalId) override;
  base::Task<base::Result<std::vector<goals::ProgressEntry>>> journalPage(base::Uuid goalId,
                                                                          EntryPosition before,
                                                                          int limit) override;
  void putEntry(jobs::UnitOfWork& unit, const goals::ProgressEntry& entry) override;
  void removeEntry(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) override;

  base::Task<base::Result<std::vector<goals::TimeEntry>>> timePage(base::Uuid goalId,
                                                                   EntryPosition before,
                                                                   int limit) override;
  base::Task<base::Result<std::optional<goals::TimeEntry>>> findTime(base::Uuid goalId,
                                                                     base::Uuid id) override;
  base::Task<base::Result<std::chrono::minutes>> totalTime(base::Uuid goalId) override;
  void putTime(jobs::UnitOfWork& unit, const goals::TimeEntry& entry) override;
  void removeTime(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
