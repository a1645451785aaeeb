#pragma once

#include "adapters/sql/database.h"
#include "reminders/reminder_store.h"

namespace sw::sql {

/// Reminders and their deliveries in SQL; see the port. Thread-safe.
class SqlReminderStore final : public reminders::ReminderStore {
 public:
  explicit SqlReminderStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<reminders::Reminder>>> find(base::Uuid id) override;
  base::Task<base::Result<std::vector<reminders::Reminder>>> ofResource(
      base::Uuid resourceId, std::string_view fromKey) override;
  base::Task<base::Result<std::vector<reminders::Reminder>>> list(const ListQuery& query) override;
  base::Task<base::Result<std::vector<reminders::Reminder>>> gatheredOf(base::Uuid userId,
                                                                        int limit) override;
  void put(jobs::UnitOfWork& unit, const reminders::Reminder& reminder) override;
  void remove(jobs::UnitOfWork& unit, const reminders::Reminder& reminder) override;

  base::Task<base::Result<std::vector<reminders::ReminderDelivery>>> deliveriesOf(
      base::Uuid messageId) override;
  void addDelivery(jobs::UnitOfWork& unit, const reminders::ReminderDelivery& delivery) override;
  void putDelivery(jobs::UnitOfWork& unit, const reminders::ReminderDelivery& before,
                   const reminders::ReminderDelivery& after) override;

  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
