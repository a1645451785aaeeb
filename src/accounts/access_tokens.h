#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/authenticator.h"
#include "accounts/credentials.h"
#include "accounts/principal.h"
#include "base/clock.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

/// What a person asks for when they make an access token.
struct AccessTokenRequest {
  std::string name;
  AccessScopes scopes;
  std::optional<base::Instant> expires;
};

/// Reads `{"name","scopes","expires"}`; everything wrong goes to `problems`. `now` is what
/// `expires` must lie behind.
AccessTokenRequest readAccessTokenRequest(base::json::Value body, base::Instant now,
                                          base::json::Problems& problems);
/// Appends the token as an answer shows it, with its secret only when that is given.
void appendAccessTokenView(std::string& out, const AccessToken& token, std::string_view secret);

/// Makes and revokes access tokens. A secret is "sw_pat_", 32 random bytes and the last four
/// characters of the token's id in base64url, by which a list names it without keeping anything
/// of the secret. Thread-safe.
class AccessTokens {
 public:
  static constexpr std::size_t kMaxPerUser = 100;

  AccessTokens(CredentialStore& credentials, Authenticator& authenticator, const base::Clock& clock)
      : credentials_(credentials), authenticator_(authenticator), clock_(clock) {}

  struct Created {
    AccessToken token;
    std::string secret;  // known only now
  };
  /// Adds a new token to `unit`. `kForbidden` when it asks for more than `maker` may do itself,
  /// `kConflict` when the user has too many.
  base::Task<base::Result<Created>> create(jobs::UnitOfWork& unit, const Principal& maker,
                                           AccessTokenRequest request);
  /// All of the user's, the newest last.
  base::Task<base::Result<std::vector<AccessToken>>> list(base::Uuid userId);
  /// The user's token of that id, or `kNotFound`.
  base::Task<base::Result<AccessToken>> find(base::Uuid userId, base::Uuid id);
  /// Adds the removal to `unit`; call `revoked` when it is committed.
  void revoke(jobs::UnitOfWork& unit, const AccessToken& token);
  void revoked(const AccessToken& token) { authenticator_.forget(token.hash); }

  /// For the command line: a token for a user, with no more ceremony.
  Created issue(jobs::UnitOfWork& unit, base::Uuid userId, AccessTokenRequest request);

 private:
  CredentialStore& credentials_;
  Authenticator& authenticator_;
  const base::Clock& clock_;
};

}  // namespace sw::accounts
