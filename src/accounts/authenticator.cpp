#include "accounts/authenticator.h"

#include <algorithm>
#include <utility>

namespace sw::accounts {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

/// The secrets we make are 32 random bytes in base64url, and some more.
constexpr std::size_t kMinSecret = 43;
constexpr std::size_t kMaxSecret = 128;

Error refused(std::string why) { return {Code::kUnauthenticated, std::move(why)}; }

bool looksLikeOurs(std::string_view secret) {
  return secret.size() >= kMinSecret && secret.size() <= kMaxSecret;
}

AccessScopes scopesOf(const AccessToken& token, UserRole role) {
  AccessScopes scopes;
  for (const std::string& name : token.scopes) {
    if (const auto scope = parseAccessScope(name)) scopes.add(*scope);
  }
  if (role != UserRole::kOperator) scopes.remove(AccessScope::kOperator);
  return scopes;
}

AccessScopes scopesOf(bool isOperator) {
  AccessScopes scopes = AccessScopes::all();
  if (!isOperator) scopes.remove(AccessScope::kOperator);
  return scopes;
}

Principal principalOf(const User& user, Principal::Kind kind, const SecretHash& hash) {
  Principal principal;
  principal.user = user;
  principal.userIdText = user.id.toString();
  principal.kind = kind;
  principal.hash = hash;
  return principal;
}

}  // namespace

Result<void> Authenticator::screen(const Credential& credential) {
  if (credential.kind == Credential::Kind::kSession) {
    if (!looksLikeOurs(credential.secret)) return refused("the session is not known");
    return {};
  }
  if (credential.secret.starts_with(kAccessTokenPrefix)) {
    if (!looksLikeOurs(credential.secret)) return refused("the access token is not known");
    return {};
  }
  const auto claims = verifier_.verifyNow(credential.secret);
  if (claims && !claims->ok()) return claims->error();
  return {};
}

Task<Result<PrincipalPointer>> Authenticator::authenticate(Credential credential, SecretHash hash,
                                                           std::string requestId) {
  if (credential.kind == Credential::Kind::kSession) return bySession(hash);
  if (credential.secret.starts_with(kAccessTokenPrefix)) return byAccessToken(hash);
  return byToken(credential.secret, hash, std::move(requestId));
}

PrincipalPointer Authenticator::remember(Principal principal, base::Instant until) {
  auto shared = std::make_shared<const Principal>(std::move(principal));
  cache_.put(shared, until, clock_.now());
  return shared;
}

Task<Result<User>> Authenticator::userOf(base::Uuid id) {
  SW_CO_TRY(std::optional<User> user, co_await users_.find(id));
  if (!user) co_return refused("the user is gone");
  co_return *std::move(user);
}

Task<Result<PrincipalPointer>> Authenticator::byToken(std::string_view token, SecretHash hash,
                                                      std::string requestId) {
  SW_CO_TRY(Claims claims, co_await verifier_.verify(token));
  const base::Instant expires = claims.expires;
  const bool operatorClaim = claims.isOperator;
  SW_CO_TRY(const User user,
            co_await provisioner_.userFor(std::move(claims), std::move(requestId)));
  Principal principal = principalOf(user, Principal::Kind::kToken, hash);
  principal.scopes = scopesOf(operatorClaim || user.role == UserRole::kOperator);
  principal.expires = expires;
  co_return remember(std::move(principal), expires);
}

Task<Result<PrincipalPointer>> Authenticator::byAccessToken(SecretHash hash) {
  SW_CO_TRY(const std::optional<AccessToken> token, co_await credentials_.findToken(hash));
  const base::Instant now = clock_.now();
  if (!token) co_return refused("the access token is not known");
  if (token->expires && *token->expires <= now) co_return refused("the access token has expired");
  SW_CO_TRY(const User user, co_await userOf(token->userId));
  Principal principal = principalOf(user, Principal::Kind::kAccessToken, hash);
  principal.scopes = scopesOf(*token, user.role);
  principal.credentialId = token->id;
  principal.expires = token->expires.value_or(base::Instant::max());
  const base::Instant until = std::min(principal.expires, now + kRevocableFor);
  co_return remember(std::move(principal), until);
}

Task<Result<PrincipalPointer>> Authenticator::bySession(SecretHash hash) {
  SW_CO_TRY(const std::optional<Session> session, co_await credentials_.findSession(hash));
  const base::Instant now = clock_.now();
  if (!session) co_return refused("the session is not known");
  if (session->expires <= now) co_return refused("the session has expired");
  SW_CO_TRY(const User user, co_await userOf(session->userId));
  Principal principal = principalOf(user, Principal::Kind::kSession, hash);
  principal.scopes = scopesOf(user.role == UserRole::kOperator);
  principal.credentialId = session->id;
  principal.csrfToken = session->csrfToken;
  principal.expires = session->expires;
  const base::Instant until = std::min(principal.expires, now + kRevocableFor);
  co_return remember(std::move(principal), until);
}

}  // namespace sw::accounts
