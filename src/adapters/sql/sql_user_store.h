#pragma once

#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "adapters/sql/database.h"

namespace sw::sql {

/// Users in SQL; see the port. Thread-safe.
class SqlUserStore final : public accounts::UserStore {
 public:
  explicit SqlUserStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<accounts::User>>> findBySubject(
      std::string subject) override;
  base::Task<base::Result<std::optional<accounts::User>>> find(base::Uuid id) override;
  base::Task<base::Result<std::optional<accounts::User>>> findByVerifiedEmail(
      std::string email) override;
  base::Task<base::Result<std::int64_t>> count() override;
  void create(jobs::UnitOfWork& unit, const accounts::User& user) override;
  void update(jobs::UnitOfWork& unit, const accounts::User& user) override;

 private:
  Database& database_;
};

/// Settings in SQL; see the port. Thread-safe.
class SqlSettingsStore final : public accounts::SettingsStore {
 public:
  explicit SqlSettingsStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<Stored>>> find(base::Uuid userId) override;
  void put(jobs::UnitOfWork& unit, base::Uuid userId, const Stored& stored) override;

 private:
  Database& database_;
};

/// Access lists in SQL; see the port. Thread-safe.
class SqlAclStore final : public accounts::AclStore {
 public:
  explicit SqlAclStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::vector<accounts::AclEntry>>> ofCalendar(
      base::Uuid calendarId) override;
  base::Task<base::Result<std::vector<accounts::AclEntry>>> ofUser(base::Uuid userId) override;
  base::Task<base::Result<std::optional<accounts::AclEntry>>> find(base::Uuid calendarId,
                                                                   base::Uuid userId) override;
  void put(jobs::UnitOfWork& unit, const accounts::AclEntry& entry) override;
  void remove(jobs::UnitOfWork& unit, const accounts::AclEntry& entry) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
