#include "accounts/sign_in.h"

#include <utility>

#include "base/crypto.h"

namespace sw::accounts {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::size_t kMaxCode = 256;

Error wrongCode() {
  return {Code::kUnauthenticated, "the code is wrong, was used already or has expired"};
}

}  // namespace

SignIn::Opened SignIn::open() const {
  Opened opened;
  opened.unit = storage_.begin();
  return opened;
}

void SignIn::addSession(Opened& opened, User user) {
  const base::Instant now = clock_.now();
  opened.secret = base::randomToken();
  opened.session.id = base::newUuid(clock_);
  opened.session.userId = user.id;
  opened.session.hash = base::sha256(opened.secret);
  opened.session.csrfToken = base::randomToken();
  opened.session.created = now;
  opened.session.expires = now + options_.sessionLifetime;
  opened.user = std::move(user);
  credentials_.addSession(*opened.unit, opened.session);
}

Task<Result<SignIn::Opened>> SignIn::byCode(std::string code) {
  if (code.size() > kMaxCode) co_return wrongCode();
  const SecretHash hash = base::sha256(code);
  SW_CO_TRY(const std::optional<base::Uuid> userId,
            co_await credentials_.findSignInCode(hash, clock_.now()));
  if (!userId) co_return wrongCode();
  SW_CO_TRY(std::optional<User> user, co_await users_.find(*userId));
  if (!user) co_return wrongCode();
  Opened opened = open();
  addSession(opened, *std::move(user));
  credentials_.useSignInCode(*opened.unit, hash);
  co_return opened;
}

Task<Result<SignIn::Opened>> SignIn::bySetupCode(std::string code, std::string requestId) {
  // Compared as hashes, so that not even the length shows.
  const SecretHash wanted = base::sha256(options_.setupCode);
  const SecretHash given = base::sha256(code);
  if (options_.setupCode.empty() || !base::equalSecrets(wanted, given)) {
    co_return Error(Code::kUnauthenticated, "the set-up code is wrong, or there is none");
  }
  Opened opened = open();
  SW_CO_TRY(User owner, co_await provisioner_.newOwner(*opened.unit, std::move(requestId)));
  addSession(opened, std::move(owner));
  opened.makesOwner = true;
  co_return opened;
}

Task<Result<void>> SignIn::finish(Opened& opened) {
  auto committed = co_await opened.unit->commit();
  if (!committed.ok() && opened.makesOwner && committed.error().code() == Code::kConflict) {
    co_return Error(Code::kForbidden, "there is an owner already");
  }
  if (!committed.ok()) co_return committed.error();
  co_return Result<void>();
}

void SignIn::close(jobs::UnitOfWork& unit, const Principal& session) {
  credentials_.removeSession(unit, session.credentialId);
}

Task<Result<std::string>> SignIn::issueCode(base::Uuid userId) {
  std::string code = base::randomToken();
  const auto unit = storage_.begin();
  credentials_.addSignInCode(*unit, base::sha256(code), userId, clock_.now() + kCodeLifetime);
  SW_CO_CHECK(co_await unit->commit());
  co_return code;
}

Task<Result<std::optional<std::string>>> SignIn::firstStart() {
  using Outcome = std::optional<std::string>;
  SW_CO_TRY(const std::int64_t users, co_await users_.count());
  if (users > 0 || !options_.setupCode.empty()) co_return Outcome();
  SW_CO_TRY(const User owner, co_await provisioner_.owner(std::string()));
  SW_CO_TRY(std::string code, co_await issueCode(owner.id));
  co_return Outcome(std::move(code));
}

}  // namespace sw::accounts
