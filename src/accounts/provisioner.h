#pragma once

#include <string>

#include "accounts/claims.h"
#include "accounts/settings.h"
#include "accounts/user.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

/// What a new person is given besides their account, made by the layer above. Thread-safe.
class WelcomeGift {
 public:
  WelcomeGift() = default;
  WelcomeGift(const WelcomeGift&) = delete;
  WelcomeGift& operator=(const WelcomeGift&) = delete;
  virtual ~WelcomeGift() = default;

  /// Adds to the unit that creates `user`: their first calendar, in the zone `timeZone`.
  virtual void add(jobs::UnitOfWork& unit, const User& user, const std::string& timeZone,
                   const std::string& requestId) = 0;
};

/// Makes people known: the first request of a new one creates the user, settings and first
/// calendar, all in one unit. Several requests, or several copies of the program, may try at
/// once; one wins and the others find its outcome. Thread-safe.
class Provisioner {
 public:
  /// The subject of the person who set the service up; an operator.
  static constexpr std::string_view kOwnerSubject = "owner";

  Provisioner(jobs::Storage& storage, UserStore& users, SettingsStore& settings, WelcomeGift& gift,
              const base::Clock& clock)
      : storage_(storage), users_(users), settings_(settings), gift_(gift), clock_(clock) {}

  /// The user whom the claims name, made when there is none. Address and name follow what the
  /// issuer says. Fails as the stores do.
  base::Task<base::Result<User>> userFor(Claims claims, std::string requestId);

  /// The owner, made when there is none. Fails as the stores do.
  base::Task<base::Result<User>> owner(std::string requestId);
  /// Adds the making of the owner to `unit`, which fails with `kConflict` when there is one.
  /// `kForbidden` when that is known already.
  base::Task<base::Result<User>> newOwner(jobs::UnitOfWork& unit, std::string requestId);

 private:
  base::Task<base::Result<User>> create(User user, std::string timeZone, std::string requestId);
  User add(jobs::UnitOfWork& unit, User user, const std::string& timeZone,
           const std::string& requestId);
  base::Task<base::Result<User>> follow(User user, Claims claims);

  jobs::Storage& storage_;
  UserStore& users_;
  SettingsStore& settings_;
  WelcomeGift& gift_;
  const base::Clock& clock_;
};

}  // namespace sw::accounts
