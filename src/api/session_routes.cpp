#include "api/session_routes.h"

#include <utility>

#include "api/exchange_context.h"
#include "api/presented.h"
#include "base/json_reader.h"

namespace sw::api {
namespace {

using accounts::Principal;
using accounts::SignIn;
using base::Result;
using base::Task;
using base::json::ObjectReader;

constexpr std::size_t kMaxCode = 256;

std::string viewOf(const accounts::User& user, std::string_view csrfToken) {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject();
  writer.field("csrfToken", csrfToken);
  writer.key("user").beginObject();
  writer.field("id", user.id.toString());
  writer.field("email", user.email);
  writer.field("displayName", user.displayName);
  writer.field("role", user.role == accounts::UserRole::kOperator ? "operator" : "user");
  writer.endObject().endObject();
  return out;
}

ExchangeContext& contextOf(const RequestScope& scope) {
  return *static_cast<ExchangeContext*>(scope.head().context.get());
}

/// RFC 6265, section 4.1. A browser keeps it from scripts, and sends it from other sites only
/// when somebody follows a link.
std::string cookieText(const RequestScope& scope, std::string_view value,
                       std::chrono::seconds lifetime) {
  std::string out(kSessionCookie);
  out += '=';
  out += value;
  out += "; Path=/; Max-Age=" + std::to_string(lifetime.count()) + "; HttpOnly; SameSite=Lax";
  if (contextOf(scope).origin.secure) out += "; Secure";
  return out;
}

struct SignInRequest {
  std::optional<std::string> code;
  std::optional<std::string> setupCode;
};

Result<SignInRequest> readSignIn(base::json::Value body) {
  base::json::Problems problems;
  ObjectReader reader(body, "", problems);
  SignInRequest request;
  request.code = reader.text("code", kMaxCode);
  request.setupCode = reader.text("setupCode", kMaxCode);
  if (body.isObject() && reader.has("code") == reader.has("setupCode")) {
    reader.problem("code", "or setupCode is required, one of them");
  }
  reader.finish();
  if (problems.empty() && !request.code && !request.setupCode) {
    reader.problem("code", "must be text");
  }
  if (!problems.empty()) return problems.toError();
  return request;
}

}  // namespace

void SessionRoutes::addTo(Router& router) {
  router.add({.method = Method::kPost,
              .pattern = "/auth/session",
              .access = Access::kPublic,
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return open(scope); },
              .writes = true});
  router.add({.method = Method::kGet,
              .pattern = "/auth/session",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kDelete,
              .pattern = "/auth/session",
              .handler = [this](RequestScope& scope) { return close(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<SignIn::Opened>> SessionRoutes::signIn(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  SW_CO_TRY(SignInRequest request, readSignIn(body.root()));
  ExchangeContext& context = contextOf(scope);
  const auto kind =
      request.code ? obs::label::Credential::kSignInCode : obs::label::Credential::kSetupCode;
  SW_CO_CHECK(guard_.mayTry(kind, context));
  Task<Result<SignIn::Opened>> attempt;
  if (request.code) {
    attempt = signIn_.byCode(*std::move(request.code));
  } else {
    attempt = signIn_.bySetupCode(*std::move(request.setupCode), scope.actor().requestId);
  }
  auto opened = co_await attempt;
  if (!opened.ok() && opened.error().code() == base::Code::kUnauthenticated) {
    co_return guard_.failed(kind, opened.error(), context);
  }
  if (!opened.ok()) co_return opened.error();
  SW_CO_CHECK(co_await signIn_.finish(*opened));
  co_return opened;
}

Task<Result<Response>> SessionRoutes::open(RequestScope& scope) {
  SW_CO_TRY(const SignIn::Opened opened, co_await signIn(scope));
  Response response = jsonResponse(200, viewOf(opened.user, opened.session.csrfToken));
  const auto lifetime = std::chrono::floor<std::chrono::seconds>(signIn_.sessionLifetime());
  response.with("Set-Cookie", cookieText(scope, opened.secret, lifetime));
  co_return response;
}

Task<Result<Response>> SessionRoutes::get(RequestScope& scope) {
  co_return jsonResponse(200, viewOf(scope.principal().user, scope.principal().csrfToken));
}

Task<Result<Response>> SessionRoutes::close(RequestScope& scope) {
  const Principal& principal = scope.principal();
  if (principal.kind != Principal::Kind::kSession) {
    co_return base::Error(base::Code::kConflict, "a token is no session that could be ended");
  }
  const auto unit = scope.begin();
  signIn_.close(*unit, principal);
  SW_CO_TRY(Response response, co_await scope.commit(*unit, noContent()));
  signIn_.closed(principal);
  response.with("Set-Cookie", cookieText(scope, "", std::chrono::seconds(0)));
  co_return response;
}

}  // namespace sw::api
