#pragma once

#include <optional>
#include <string_view>

#include "accounts/claims.h"
#include "accounts/key_ring.h"
#include "base/clock.h"
#include "base/jws.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::accounts {

/// Whose signatures are believed.
struct TrustedKeys {
  /// For HS256 (`JWT_SECRET`); no such tokens when there is none.
  std::optional<base::JwsKey> secret;
  /// For RS256 and ES256; no such tokens when null. Must outlive the verifier.
  PublishedKeys* published = nullptr;
  /// Of published keys' tokens.
  ClaimRules rules;
};

/// Checks JSON Web Tokens: signature, times, issuer and audience. A token's algorithm decides
/// nothing but which of our keys it is held against. Thread-safe.
class TokenVerifier {
 public:
  TokenVerifier(TrustedKeys keys, const base::Clock& clock)
      : keys_(std::move(keys)), clock_(clock) {}

  /// What the token says. `kUnauthenticated` when it is not good, `kUnavailable` when its
  /// issuer's keys cannot be had. May suspend to ask for keys.
  base::Task<base::Result<Claims>> verify(std::string_view token);

  /// The same without waiting: nothing when that needs a key that is not in memory.
  std::optional<base::Result<Claims>> verifyNow(std::string_view token);

 private:
  base::Result<Claims> check(std::string_view token, const base::JwsKey& key);

  const TrustedKeys keys_;
  const base::Clock& clock_;
};

}  // namespace sw::accounts
