#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/activity_log.h"
#include "accounts/authenticator.h"
#include "api/admission.h"
#include "api/cors.h"
#include "api/exchange_context.h"
#include "api/http.h"
#include "api/rate_limiter.h"
#include "api/repeats.h"
#include "api/request_scope.h"
#include "api/router.h"
#include "api/trusted_proxies.h"
#include "base/clock.h"
#include "obs/auth_probe.h"
#include "obs/error_reporter.h"
#include "obs/http_probe.h"
#include "obs/trace.h"

namespace sw::api {

/// How the API presents itself to its network.
struct ApiOptions {
  CorsPolicy cors;
  TrustedProxies proxies;
  BodyLimits bodies;
};

/// The API: takes a request through request id, routing, authentication, limits and idempotency
/// to its handler, and turns whatever comes out into an answer. Owned by the composition root;
/// the parts must outlive it. Thread-safe.
class Api final : public RequestHandler {
 public:
  struct Parts {
    const Router& router;  // complete
    accounts::Authenticator& authenticator;
    RateLimiter& limiter;
    RequestScope::Stores stores;
    obs::HttpProbe& probe;
    obs::ErrorReporter& errors;
    const obs::AuthProbe& authProbe;
    obs::Tracer* tracer = nullptr;              // null: nothing is traced
    accounts::ActivityLog* activity = nullptr;  // null: nobody wants to know who is active
  };
  Api(Parts parts, ApiOptions options);

  Admission admit(RequestHead& head) override;
  base::Task<Response> handle(Request& request) override;
  Response reject(RequestHead& head, const base::Error& error) override;
  void finished(const Exchange& exchange) override;

 private:
  ExchangeContext& contextOf(RequestHead& head) const;
  void beginTrace(const RequestHead& head, ExchangeContext& context) const;
  /// The route is known, or that there is none.
  void describeTrace(ExchangeContext& context, Method method) const;
  [[nodiscard]] obs::HttpProbe::Route probeRouteOf(const ExchangeContext& context) const;
  base::Task<base::Result<Response>> process(Request& request, ExchangeContext& context);
  base::Task<base::Result<Response>> runOnce(RequestScope& scope, const Repeatable& repeatable);
  base::Result<std::optional<Repeatable>> repeatableOf(const Request& request,
                                                       const ExchangeContext& context) const;
  Response fail(const base::Error& error, ExchangeContext& context) const;
  /// Adds the headers that every answer has.
  void dress(const RequestHead& head, ExchangeContext& context, Response& response) const;
  void openStream(const RequestHead& head, ExchangeContext& context, const Response& response);

  const Parts parts_;
  const ApiOptions options_;
  Gate gate_;
  RunningRequests running_;
  std::vector<obs::HttpProbe::Route> probeRoutes_;  // by Route::index
};

}  // namespace sw::api
