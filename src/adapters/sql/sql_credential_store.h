#pragma once

#include "accounts/credentials.h"
#include "adapters/sql/database.h"

namespace sw::sql {

/// Tokens, sessions and sign-in codes in SQL; see the port. Thread-safe.
class SqlCredentialStore final : public accounts::CredentialStore {
 public:
  explicit SqlCredentialStore(Database& database) : database_(database) {}

  void addToken(jobs::UnitOfWork& unit, const accounts::AccessToken& token) override;
  void removeToken(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) override;
  base::Task<base::Result<std::vector<accounts::AccessToken>>> tokensOf(base::Uuid userId) override;
  base::Task<base::Result<std::optional<accounts::AccessToken>>> findToken(
      accounts::SecretHash hash) override;

  void addSession(jobs::UnitOfWork& unit, const accounts::Session& session) override;
  void removeSession(jobs::UnitOfWork& unit, base::Uuid id) override;
  base::Task<base::Result<std::optional<accounts::Session>>> findSession(
      accounts::SecretHash hash) override;
  base::Task<base::Result<bool>> hasLiveSession(base::Instant now) override;

  void addSignInCode(jobs::UnitOfWork& unit, accounts::SecretHash hash, base::Uuid userId,
                     base::Instant expires) override;
  base::Task<base::Result<std::optional<base::Uuid>>> findSignInCode(accounts::SecretHash hash,
                                                                     base::Instant now) override;
  void useSignInCode(jobs::UnitOfWork& unit, accounts::SecretHash hash) override;

  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
