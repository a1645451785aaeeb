#pragma once

#include <optional>
#include <string_view>

#include "accounts/authenticator.h"
#include "api/cors.h"
#include "api/credential_guard.h"
#include "api/exchange_context.h"
#include "api/http.h"
#include "api/rate_limiter.h"
#include "api/router.h"
#include "base/result.h"

namespace sw::api {

/// Decides on a request by its head: whether there is such an endpoint, whether the caller may
/// use it, how often, and whether the body is of a kind it reads. Holds no state; the parts must
/// outlive it. Thread-safe; never waits.
class Gate {
 public:
  Gate(const Router& router, accounts::Authenticator& authenticator, RateLimiter& limiter,
       CredentialGuard guard, const CorsPolicy& cors)
      : router_(router),
        authenticator_(authenticator),
        limiter_(limiter),
        guard_(guard),
        cors_(cors) {}

  /// Everything that the head alone decides. A credential that is good but not remembered stays
  /// in the context for `identify`. The outcome is an answer that ends the request (to OPTIONS),
  /// nothing to go on, or why it is refused.
  base::Result<std::optional<Response>> admit(const RequestHead& head, ExchangeContext& context);

  /// Checks the credential that `admit` left. Fails as `Authenticator::authenticate`, or as the
  /// checks behind it do.
  base::Task<base::Result<void>> identify(const RequestHead& head, ExchangeContext& context);

 private:
  base::Result<void> checkCredential(const RequestHead& head, ExchangeContext& context);
  base::Result<void> checkPrincipal(const RequestHead& head, ExchangeContext& context);
  base::Result<void> checkRate(std::string_view caller, RateClass rateClass,
                               ExchangeContext& context);
  [[nodiscard]] base::Result<void> checkBody(const RequestHead& head, const Route& route) const;

  const Router& router_;
  accounts::Authenticator& authenticator_;
  RateLimiter& limiter_;
  const CredentialGuard guard_;
  const CorsPolicy& cors_;
};

}  // namespace sw::api
