#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

/// Secrets by which a person is let in. Only their SHA-256 is stored.
namespace sw::accounts {

using SecretHash = std::array<std::uint8_t, 32>;

/// A token a person made for a program of theirs.
struct AccessToken {
  base::Uuid id;
  base::Uuid userId;
  std::string name;
  std::vector<std::string> scopes;  // "read", "write", "operator"
  SecretHash hash{};
  base::Instant created{};
  std::optional<base::Instant> expires;
};

/// A signed-in browser.
struct Session {
  base::Uuid id;
  base::Uuid userId;
  SecretHash hash{};  // of the cookie's value
  std::string csrfToken;
  base::Instant created{};
  base::Instant expires{};
};

/// Where credentials are kept. Thread-safe.
class CredentialStore {
 public:
  CredentialStore() = default;
  CredentialStore(const CredentialStore&) = delete;
  CredentialStore& operator=(const CredentialStore&) = delete;
  virtual ~CredentialStore() = default;

  virtual void addToken(jobs::UnitOfWork& unit, const AccessToken& token) = 0;
  /// The unit fails with `kNotFound` when the user has no such token.
  virtual void removeToken(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) = 0;
  virtual base::Task<base::Result<std::vector<AccessToken>>> tokensOf(base::Uuid userId) = 0;
  virtual base::Task<base::Result<std::optional<AccessToken>>> findToken(SecretHash hash) = 0;

  virtual void addSession(jobs::UnitOfWork& unit, const Session& session) = 0;
  virtual void removeSession(jobs::UnitOfWork& unit, base::Uuid id) = 0;
  virtual base::Task<base::Result<std::optional<Session>>> findSession(SecretHash hash) = 0;
  /// Whether anybody has a session that has not expired at `now`.
  virtual base::Task<base::Result<bool>> hasLiveSession(base::Instant now) = 0;

  /// A code that signs `userId` in once before `expires`.
  virtual void addSignInCode(jobs::UnitOfWork& unit, SecretHash hash, base::Uuid userId,
                             base::Instant expires) = 0;
  /// Whom the code signs in, if it is known and not expired at `now`.
  virtual base::Task<base::Result<std::optional<base::Uuid>>> findSignInCode(SecretHash hash,
                                                                             base::Instant now) = 0;
  /// Uses the code up; the unit fails with `kUnauthenticated` when it is gone already.
  virtual void useSignInCode(jobs::UnitOfWork& unit, SecretHash hash) = 0;

  /// Removes sessions and codes that have expired, at most `limit` a call; answers how many.
  virtual base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) = 0;
};

}  // namespace sw::accounts
