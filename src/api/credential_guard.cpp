#include "api/credential_guard.h"

#include <string>
#include <utility>

namespace sw::api {

using base::Code;
using base::Error;
using base::Result;

Error CredentialGuard::tooMany(Kind kind, const RateDecision& decision,
                               ExchangeContext& context) const {
  context.rate = decision;
  probe_.failuresLimited(kind, context.origin.address, context.requestId);
  return Error(Code::kTooManyRequests,
               "too many credentials from this address were not good; the next can be tried in " +
                   std::to_string(decision.retryAfter.count()) + " s");
}

Result<void> CredentialGuard::mayTry(Kind kind, ExchangeContext& context) const {
  if (!limiter_.enabled()) return {};
  const RateDecision decision = limiter_.look(context.origin.address, RateClass::kFailure);
  if (decision.allowed) return {};
  return tooMany(kind, decision, context);
}

Error CredentialGuard::failed(Kind kind, Error refusal, ExchangeContext& context) const {
  if (limiter_.enabled()) {
    const RateDecision decision = limiter_.take(context.origin.address, RateClass::kFailure);
    if (!decision.allowed) return tooMany(kind, decision, context);
  }
  probe_.credentialRefused(kind);
  return refusal;
}

}  // namespace sw::api
