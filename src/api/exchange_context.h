#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/authenticator.h"
#include "accounts/principal.h"
#include "api/http.h"
#include "api/rate_limiter.h"
#include "api/router.h"
#include "api/trusted_proxies.h"
#include "base/clock.h"
#include "obs/trace.h"

namespace sw::api {

/// What the service keeps with a request from its head to its last byte. One exchange's.
class ExchangeContext final : public RequestContext {
 public:
  std::string requestId;
  std::string traceParent;  // of the server's span, else the caller's; empty for none
  obs::ActiveTrace trace;   // recorded until the exchange ends
  TrustedProxies::Origin origin;
  Router::Match match;

  std::optional<accounts::Credential> credential;  // what has still to be checked
  accounts::SecretHash hash{};
  accounts::PrincipalPointer principal;
  std::optional<RateDecision> rate;

  std::string_view errorCode;  // of the error table, when it was answered by an error
  std::optional<base::Monotonic> streamOpened;  // when the answer is a stream
};

}  // namespace sw::api
