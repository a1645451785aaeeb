#pragma once

#include <optional>
#include <string_view>

#include "api/exchange_context.h"
#include "api/rate_limiter.h"
#include "base/error.h"
#include "base/result.h"
#include "obs/auth_probe.h"

namespace sw::api {

/// Limits how often one address may show credentials that are not good. Tokens and sessions are
/// too long to be guessed, so that good ones are let in whatever else their address does: people
/// behind one proxy do not lock each other out. Codes may be short, so that none is looked at
/// while the address has failed too often. Holds no state; thread-safe; never waits.
class CredentialGuard {
 public:
  using Kind = obs::AuthProbe::Credential;

  CredentialGuard(RateLimiter& limiter, const obs::AuthProbe& probe)
      : limiter_(limiter), probe_(probe) {}

  /// Before a code is looked at: `kTooManyRequests` while the address has failed too often.
  base::Result<void> mayTry(Kind kind, ExchangeContext& context) const;
  /// A credential was not good, as `refusal` says; counts it. Answers what the caller is told: the
  /// refusal, or `kTooManyRequests` where the address has failed too often.
  base::Error failed(Kind kind, base::Error refusal, ExchangeContext& context) const;

 private:
  base::Error tooMany(Kind kind, const RateDecision& decision, ExchangeContext& context) const;

  RateLimiter& limiter_;
  const obs::AuthProbe& probe_;
};

}  // namespace sw::api
