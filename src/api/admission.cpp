#include "api/admission.h"

#include "api/presented.h"
#include "base/crypto.h"
#include "base/text.h"

namespace sw::api {

using accounts::AccessScope;
using accounts::Principal;
using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

Error nothingHere() { return {Code::kNotFound, "there is nothing at this address"}; }

/// The type without its parameters.
bool isType(std::string_view value, std::string_view type) {
  return base::equalsIgnoringCase(base::trim(value.substr(0, value.find(';'))), type);
}

/// A charset other than UTF-8 is no JSON (RFC 8259, section 8.1).
bool isUtf8Charset(std::string_view value) {
  const std::string lower = base::toLowerAscii(value);
  const std::size_t at = lower.find("charset=");
  if (at == std::string::npos) return true;
  std::string_view charset = std::string_view(lower).substr(at + 8);
  charset = base::trim(charset.substr(0, charset.find(';')));
  return charset == "utf-8" || charset == "\"utf-8\"";
}

bool hasBody(const RequestHead& head) {
  if (head.hasHeader("Transfer-Encoding")) return true;
  const std::string_view length = base::trim(head.header("Content-Length"));
  return !length.empty() && length.find_first_not_of('0') != std::string_view::npos;
}

RateClass rateClassOf(const Route& route) {
  if (route.access == Access::kPublic) return RateClass::kAnonymous;
  if (route.heavy) return RateClass::kHeavy;
  return route.writes ? RateClass::kWrite : RateClass::kRead;
}

CredentialGuard::Kind kindOf(const accounts::Credential& credential) {
  using Kind = obs::label::Credential;
  if (credential.kind == accounts::Credential::Kind::kSession) return Kind::kSession;
  return credential.secret.starts_with(accounts::Authenticator::kAccessTokenPrefix)
             ? Kind::kAccessToken
             : Kind::kToken;
}

}  // namespace

Result<void> Gate::checkBody(const RequestHead& head, const Route& route) const {
  if (!hasBody(head)) return {};
  const std::string_view coding = head.header("Content-Encoding");
  if (!coding.empty() && !base::equalsIgnoringCase(coding, "identity")) {
    return Error(Code::kUnsupportedMediaType, "a body must not be compressed");
  }
  const std::string_view type = head.header("Content-Type");
  switch (route.body) {
    case BodyKind::kNone: return {};
    case BodyKind::kJson: {
      const bool patch = route.method == Method::kPatch;
      const bool known =
          isType(type, kJsonType) || (patch && isType(type, "application/merge-patch+json"));
      if (known && isUtf8Charset(type)) return {};
      return Error(Code::kUnsupportedMediaType, "the body must be application/json in UTF-8");
    }
    case BodyKind::kCalendarFile:
      if (isType(type, "text/calendar") || isType(type, "application/octet-stream")) return {};
      return Error(Code::kUnsupportedMediaType, "the body must be text/calendar");
  }
  return {};
}

Result<void> Gate::checkRate(std::string_view caller, RateClass rateClass,
                             ExchangeContext& context) {
  if (!limiter_.enabled()) return {};
  context.rate = limiter_.take(caller, rateClass);
  if (context.rate->allowed) return {};
  return Error(Code::kTooManyRequests, "too many requests; the next is possible in " +
                                           std::to_string(context.rate->retryAfter.count()) + " s");
}

Result<void> Gate::checkPrincipal(const RequestHead& head, ExchangeContext& context) {
  const Route& route = *context.match.route;
  const Principal& principal = *context.principal;
  if (route.access == Access::kOperator && !principal.scopes.has(AccessScope::kOperator)) {
    return nothingHere();
  }
  const AccessScope needed = route.writes ? AccessScope::kWrite : AccessScope::kRead;
  if (!principal.scopes.has(needed)) {
    return Error(Code::kForbidden,
                 "the access token lacks the scope " + std::string(toString(needed)));
  }
  // Reads that are sent by POST could be forged too, so that the method decides.
  const bool safe = route.method == Method::kGet;
  if (principal.kind == Principal::Kind::kSession && !safe &&
      !base::equalSecrets(head.header("X-CSRF-Token"), principal.csrfToken)) {
    return Error(Code::kForbidden, "the header X-CSRF-Token is missing or wrong");
  }
  if (!route.limited) return {};
  return checkRate(principal.userIdText, rateClassOf(route), context);
}

Result<void> Gate::checkCredential(const RequestHead& head, ExchangeContext& context) {
  auto presented = presentedCredential(head);
  if (!presented.ok()) {
    return guard_.failed(obs::label::Credential::kToken, presented.error(), context);
  }
  context.credential = *std::move(presented);
  if (!context.credential) {
    return Error(Code::kUnauthenticated, "this needs a token or a session");
  }
  context.hash = base::sha256(context.credential->secret);
  context.principal = authenticator_.known(context.hash);
  if (context.principal == nullptr) {
    const auto screened = authenticator_.screen(*context.credential);
    if (screened.ok()) return {};
    return guard_.failed(kindOf(*context.credential), screened.error(), context);
  }
  context.credential.reset();
  return checkPrincipal(head, context);
}

Result<std::optional<Response>> Gate::admit(const RequestHead& head, ExchangeContext& context) {
  const auto goOn = [] { return std::optional<Response>(); };
  context.match = router_.match(head.method, head.path);
  if (context.match.route == nullptr) {
    if (!context.match.pathExists) return nothingHere();
    const std::string allowed = router_.allowed(head.path);
    if (head.method != Method::kOptions) {
      return Error(Code::kMethodNotAllowed, "this address answers only to " + allowed);
    }
    Response response;
    response.status = 204;
    if (CorsPolicy::isPreflight(head)) response = cors_.preflight(head, allowed);
    response.with("Allow", allowed);
    return std::optional(std::move(response));
  }
  const Route& route = *context.match.route;
  if (route.access == Access::kPublic) {
    if (route.limited) SW_CHECK(checkRate(context.origin.address, rateClassOf(route), context));
  } else if (const auto known = checkCredential(head, context); !known.ok()) {
    // For whoever is no operator these paths do not exist.
    if (route.access == Access::kOperator) return nothingHere();
    return known.error();
  }
  SW_CHECK(checkBody(head, route));
  return goOn();
}

Task<Result<void>> Gate::identify(const RequestHead& head, ExchangeContext& context) {
  if (!context.credential) co_return Result<void>();
  const bool hidden = context.match.route->access == Access::kOperator;
  auto principal =
      co_await authenticator_.authenticate(*context.credential, context.hash, context.requestId);
  if (!principal.ok()) {
    if (principal.error().code() != Code::kUnauthenticated) co_return principal.error();
    Error refusal = guard_.failed(kindOf(*context.credential), principal.error(), context);
    if (hidden) co_return nothingHere();
    co_return refusal;
  }
  context.credential.reset();
  context.principal = *std::move(principal);
  co_return checkPrincipal(head, context);
}

}  // namespace sw::api
