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

SignIn::Opened SignIn::open(User user) {
  const base::Instant now = clock_.now();
  Opened opened;
  opened.secret = base::randomToken();
  opened.session.id = base::newUuid(clock_);
  opened.session.userId = user.id;
  opened.session.hash = base::sha256(opened.secret);
  opened.session.csrfToken = base::randomToken();
  opened.session.created = now;
  opened.session.expires = now + kSessionLifetime;
  opened.user = std::move(user);
  opened.unit = storage_.begin();
  credentials_.addSession(*opened.unit, opened.session);
  return opened;
}

Task<Result<SignIn::Opened>> SignIn::byCode(std::string code) {
  if (code.size() > kMaxCode) co_return wrongCode();
  const SecretHash hash = base::sha256(code);
  SW_CO_TRY(const std::optional<base::Uuid> userId,
            co_await credentials_.findSignInCode(hash, clock_.now()));
  if (!userId) co_return wrongCode();
  SW_CO_TRY(std::optional<User> user, co_await users_.find(*userId));
  if (!user) co_return wrongCode();
  Opened opened = open(*std::move(user));
  credentials_.useSignInCode(*opened.unit, hash);
  co_return opened;
}

Task<Result<SignIn::Opened>> SignIn::bySetupCode(std::string code, std::string requestId) {
  // Compared as hashes, so that not even the length shows.
  const SecretHash wanted = base::sha256(setupCode_);
  const SecretHash given = base::sha256(code);
  if (setupCode_.empty() || !base::equalSecrets(wanted, given)) {
    co_return Error(Code::kUnauthenticated, "the set-up code is wrong, or there is none");
  }
  SW_CO_TRY(User owner, co_await provisioner_.owner(true, std::move(requestId)));
  co_return open(std::move(owner));
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
  if (users > 0 || !setupCode_.empty()) co_return Outcome();
  SW_CO_TRY(const User owner, co_await provisioner_.owner(false, std::string()));
  SW_CO_TRY(std::string code, co_await issueCode(owner.id));
  co_return Outcome(std::move(code));
}

}  // namespace sw::accounts
