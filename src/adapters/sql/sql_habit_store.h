#pragma once

#include "adapters/sql/database.h"
#include "habits/habit_store.h"

namespace sw::sql {

/// Habits and their entries in SQL; see the port. Thread-safe.
class SqlHabitStore final : public habits::HabitStore {
 public:
  explicit SqlHabitStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<habits::FoundHabit>>> find(base::Uuid userId,
                                                                   base::Uuid id) override;
  base::Task<base::Result<std::vector<habits::HabitRecord>>> list(base::Uuid userId, Which which,
                                                                  base::Uuid after,
                                                                  int limit) override;
  base::Task<base::Result<std::vector<habits::HabitRecord>>> due(base::Uuid userId,
                                                                 habits::LocalDate date,
                                                                 DuePosition after,
                                                                 int limit) override;

  void put(jobs::UnitOfWork& unit, const habits::HabitRecord& record) override;
  void putState(jobs::UnitOfWork& unit, const habits::HabitRecord& record) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id,
              std::int64_t revision) override;

  void addEntry(jobs::UnitOfWork& unit, base::Uuid habitId,
                const habits::HabitEntry& entry) override;
  void putEntry(jobs::UnitOfWork& unit, base::Uuid habitId,
                const habits::HabitEntry& entry) override;
  void removeEntry(jobs::UnitOfWork& unit, base::Uuid habitId, habits::LocalDate date) override;

  base::Task<base::Result<std::optional<habits::HabitEntry>>> entry(
      base::Uuid habitId, habits::LocalDate date) override;
  base::Task<base::Result<std::vector<habits::HabitEntry>>> entries(base::Uuid habitId,
                                                                    habits::LocalDate from,
                                                                    habits::LocalDate to,
                                                                    int limit) override;
  base::Task<base::Result<StreakCensus>> streaks(base::Instant now) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
