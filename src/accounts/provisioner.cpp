#include "accounts/provisioner.h"

#include <utility>

#include "accounts/settings_json.h"

namespace sw::accounts {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr int kAttempts = 5;
constexpr const char* kOwnersZone = "UTC";

User ownerToBe() {
  User user;
  user.subject = Provisioner::kOwnerSubject;
  user.displayName = "Owner";
  user.role = UserRole::kOperator;
  return user;
}

}  // namespace

User Provisioner::add(jobs::UnitOfWork& unit, User user, const std::string& timeZone,
                      const std::string& requestId) {
  const base::Instant now = clock_.now();
  user.id = base::newUuid(clock_);
  user.revision = 1;
  user.created = now;
  user.updated = now;
  Settings settings = Settings::defaults(timeZone);
  settings.revision = 1;
  settings.updated = now;
  const SettingsStore::Stored stored{toSettingsDocument(settings), 1, now};
  users_.create(unit, user);
  settings_.put(unit, user.id, stored);
  gift_.add(unit, user, timeZone, requestId);
  return user;
}

Task<Result<User>> Provisioner::create(User user, std::string timeZone, std::string requestId) {
  const auto unit = storage_.begin();
  User made = add(*unit, std::move(user), timeZone, requestId);
  SW_CO_CHECK(co_await unit->commit());
  co_return made;
}

Task<Result<User>> Provisioner::follow(User user, Claims claims) {
  const bool sameEmail = claims.email.empty() ||
                         (user.email == claims.email && user.emailVerified == claims.emailVerified);
  const bool sameName = claims.name.empty() || user.displayName == claims.name;
  if (sameEmail && sameName) co_return user;
  User changed = user;
  if (!sameEmail) {
    changed.email = claims.email;
    changed.emailVerified = claims.emailVerified;
  }
  if (!sameName) changed.displayName = claims.name;
  ++changed.revision;
  changed.updated = clock_.now();
  const auto unit = storage_.begin();
  users_.update(*unit, changed);
  const auto committed = co_await unit->commit();
  // Another request was faster with the same news; the next one tries again if it was not.
  if (!committed.ok() && committed.error().code() == Code::kConflict) co_return user;
  if (!committed.ok()) co_return committed.error();
  co_return changed;
}

Task<Result<User>> Provisioner::userFor(Claims claims, std::string requestId) {
  for (int attempt = 1;; ++attempt) {
    SW_CO_TRY(std::optional<User> known, co_await users_.findBySubject(claims.subject));
    if (known) co_return co_await follow(*std::move(known), std::move(claims));
    User user;
    user.subject = claims.subject;
    user.email = claims.email;
    user.emailVerified = claims.emailVerified;
    user.displayName = claims.name;
    const std::string zone = claims.timeZone.empty() ? "UTC" : claims.timeZone;
    auto made = co_await create(std::move(user), zone, requestId);
    if (made.ok() || made.error().code() != Code::kConflict || attempt == kAttempts) co_return made;
  }
}

Task<Result<User>> Provisioner::owner(std::string requestId) {
  for (int attempt = 1;; ++attempt) {
    SW_CO_TRY(std::optional<User> known, co_await users_.findBySubject(std::string(kOwnerSubject)));
    if (known) co_return *std::move(known);
    auto made = co_await create(ownerToBe(), kOwnersZone, requestId);
    if (made.ok() || made.error().code() != Code::kConflict || attempt == kAttempts) co_return made;
  }
}

Task<Result<User>> Provisioner::newOwner(jobs::UnitOfWork& unit, std::string requestId) {
  SW_CO_TRY(const std::optional<User> known,
            co_await users_.findBySubject(std::string(kOwnerSubject)));
  if (known) co_return Error(Code::kForbidden, "there is an owner already");
  co_return add(unit, ownerToBe(), kOwnersZone, requestId);
}

}  // namespace sw::accounts
