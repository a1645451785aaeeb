#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/credentials.h"
#include "accounts/principal.h"
#include "accounts/principal_cache.h"
#include "accounts/provisioner.h"
#include "accounts/token_verifier.h"
#include "accounts/user.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::accounts {

/// What a request presents; a view of its header.
struct Credential {
  enum class Kind {
    kBearer,   // of `Authorization: Bearer`: a token or an access token
    kSession,  // of the session cookie
  };
  Kind kind = Kind::kBearer;
  std::string_view secret;
};

/// Finds out who a credential stands for. What was found good is remembered: a token until it
/// expires, access tokens and sessions for 30 s, so that one that was revoked through another
/// copy of the program ends that soon (here at once, by `forget`). Thread-safe.
class Authenticator {
 public:
  static constexpr std::chrono::seconds kRevocableFor{30};
  static constexpr std::string_view kAccessTokenPrefix = "sw_pat_";

  Authenticator(TokenVerifier& verifier, Provisioner& provisioner, UserStore& users,
                CredentialStore& credentials, const base::Clock& clock)
      : verifier_(verifier),
        provisioner_(provisioner),
        users_(users),
        credentials_(credentials),
        clock_(clock) {}

  /// The principal if it is remembered, else null. Takes a few hundred nanoseconds.
  PrincipalPointer known(const SecretHash& hash) { return cache_.find(hash, clock_.now()); }

  /// What can be said without waiting: `kUnauthenticated` when the credential is certainly not
  /// good. Success means only that `authenticate` is worth its wait.
  base::Result<void> screen(const Credential& credential);

  /// Who it is; a new person is made known. `kUnauthenticated` when it is not good, else fails as
  /// the stores do. `hash` is the SHA-256 of the secret.
  base::Task<base::Result<PrincipalPointer>> authenticate(Credential credential, SecretHash hash,
                                                          std::string requestId);

  /// Forgets a credential that was revoked.
  void forget(const SecretHash& hash) { cache_.remove(hash); }

 private:
  base::Task<base::Result<PrincipalPointer>> byToken(std::string_view token, SecretHash hash,
                                                     std::string requestId);
  base::Task<base::Result<PrincipalPointer>> byAccessToken(SecretHash hash);
  base::Task<base::Result<PrincipalPointer>> bySession(SecretHash hash);
  base::Task<base::Result<User>> userOf(base::Uuid id);
  PrincipalPointer remember(Principal principal, base::Instant until);

  TokenVerifier& verifier_;
  Provisioner& provisioner_;
  UserStore& users_;
  CredentialStore& credentials_;
  const base::Clock& clock_;
  PrincipalCache cache_;
};

}  // namespace sw::accounts
