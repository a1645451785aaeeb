#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

enum class UserRole { kUser, kOperator };

/// A person who uses the service, known by the subject of their tokens.
struct User {
  base::Uuid id;
  std::string subject;         // `sub` of the tokens; unique
  std::string email;           // lower case; empty when unknown
  bool emailVerified = false;  // only then others' invitations reach this user by e-mail
  std::string displayName;
  UserRole role = UserRole::kUser;
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};
};

/// Where users are kept. Thread-safe.
class UserStore {
 public:
  UserStore() = default;
  UserStore(const UserStore&) = delete;
  UserStore& operator=(const UserStore&) = delete;
  virtual ~UserStore() = default;

  virtual base::Task<base::Result<std::optional<User>>> findBySubject(std::string subject) = 0;
  virtual base::Task<base::Result<std::optional<User>>> find(base::Uuid id) = 0;
  /// The user with that verified address.
  virtual base::Task<base::Result<std::optional<User>>> findByVerifiedEmail(std::string email) = 0;
  /// How many users there are; the first start has none.
  virtual base::Task<base::Result<std::int64_t>> count() = 0;

  /// The unit fails with `kConflict` when the subject is taken.
  virtual void create(jobs::UnitOfWork& unit, const User& user) = 0;
  /// Writes `user` over the row whose revision is `user.revision - 1`, else `kConflict`.
  virtual void update(jobs::UnitOfWork& unit, const User& user) = 0;
};

}  // namespace sw::accounts
