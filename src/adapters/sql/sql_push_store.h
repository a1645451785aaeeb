#pragma once

#include "adapters/sql/database.h"
#include "reminders/push_target_store.h"

namespace sw::sql {

/// The devices that people have registered, in SQL; see the port. Thread-safe.
class SqlPushStore final : public reminders::PushTargetStore {
 public:
  explicit SqlPushStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::vector<reminders::PushTarget>>> ofUser(base::Uuid userId) override;
  void put(jobs::UnitOfWork& unit, const reminders::PushTarget& target) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) override;
  void removeGone(jobs::UnitOfWork& unit, const reminders::PushTarget& target) override;
  void removeOfOthers(jobs::UnitOfWork& unit, base::Uuid userId,
                      const base::Sha256& fingerprint) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
