#include "accounts/access_tokens.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/time_format.h"
#include "base/zone.h"

namespace sw::accounts {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using base::json::ObjectReader;
using base::json::Value;

namespace {

constexpr std::size_t kMaxName = 200;

/// Four characters made of the last three bytes of the id.
std::string tailOf(base::Uuid id) { return base::encodeBase64Url(std::span(id.bytes).last<3>()); }

std::vector<std::string> namesOf(AccessScopes scopes) {
  std::vector<std::string> names;
  for (const auto scope : {AccessScope::kRead, AccessScope::kWrite, AccessScope::kOperator}) {
    if (scopes.has(scope)) names.emplace_back(toString(scope));
  }
  return names;
}

AccessScopes readScopes(ObjectReader& reader) {
  AccessScopes scopes;
  const Value list = reader.value("scopes", Value::Type::kArray, ObjectReader::kRequired);
  if (list.isMissing()) return scopes;
  if (list.size() == 0) reader.problem("scopes", "must name at least one scope");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto name = list.at(i).asString();
    const auto scope = name ? parseAccessScope(*name) : std::nullopt;
    if (scope) {
      scopes.add(*scope);
    } else {
      reader.problem("scopes[" + std::to_string(i) + "]", "must be one of read, write, operator");
    }
  }
  return scopes;
}

std::optional<base::Instant> readExpiry(ObjectReader& reader, base::Instant now) {
  const auto text = reader.text("expires", 64);
  if (!text) return std::nullopt;
  const auto parsed = base::parseDateTime(*text);
  if (!parsed || !parsed->offset) {
    reader.problem("expires", "must be a time with its offset, as 2026-03-01T09:00:00Z");
    return std::nullopt;
  }
  const base::UtcSeconds utc(parsed->local.time_since_epoch() - *parsed->offset);
  const base::Instant expires(utc);
  if (expires <= now) reader.problem("expires", "must lie in the future");
  return expires;
}

}  // namespace

AccessTokenRequest readAccessTokenRequest(Value body, base::Instant now,
                                          base::json::Problems& problems) {
  ObjectReader reader(body, "", problems);
  reader.ignore({"id", "created", "lastFour", "token"});
  AccessTokenRequest request;
  request.name = reader.text("name", kMaxName, ObjectReader::kRequired).value_or("");
  request.scopes = readScopes(reader);
  request.expires = readExpiry(reader, now);
  reader.finish();
  return request;
}

void appendAccessTokenView(std::string& out, const AccessToken& token, std::string_view secret) {
  base::json::Writer writer(out);
  writer.beginObject();
  writer.field("id", token.id.toString());
  writer.field("name", token.name);
  writer.key("scopes").beginArray();
  for (const std::string& scope : token.scopes) writer.string(scope);
  writer.endArray();
  writer.field("lastFour", tailOf(token.id));
  writer.field("created", base::formatInstant(token.created));
  if (token.expires) writer.field("expires", base::formatInstant(*token.expires));
  if (!secret.empty()) writer.field("token", secret);
  writer.endObject();
}

AccessTokens::Created AccessTokens::issue(jobs::UnitOfWork& unit, base::Uuid userId,
                                          AccessTokenRequest request) {
  Created created;
  created.token.id = base::newUuid(clock_);
  created.token.userId = userId;
  created.token.name = std::move(request.name);
  created.token.scopes = namesOf(request.scopes);
  created.token.created = clock_.now();
  created.token.expires = request.expires;
  created.secret = std::string(Authenticator::kAccessTokenPrefix) + base::randomToken() +
                   tailOf(created.token.id);
  created.token.hash = base::sha256(created.secret);
  credentials_.addToken(unit, created.token);
  return created;
}

Task<Result<AccessTokens::Created>> AccessTokens::create(jobs::UnitOfWork& unit,
                                                         const Principal& maker,
                                                         AccessTokenRequest request) {
  for (const auto scope : {AccessScope::kRead, AccessScope::kWrite, AccessScope::kOperator}) {
    if (request.scopes.has(scope) && !maker.scopes.has(scope)) {
      co_return Error(Code::kForbidden, "an access token cannot have the scope " +
                                            std::string(toString(scope)) + " that its maker lacks");
    }
  }
  // A credential that ends must not make one that lasts longer, or a stolen one would never end.
  if (maker.kind == Principal::Kind::kAccessToken && maker.expires != base::Instant::max() &&
      (!request.expires || *request.expires > maker.expires)) {
    co_return Error(Code::kForbidden, "an access token cannot make one that outlives it");
  }
  SW_CO_TRY(const std::vector<AccessToken> others, co_await list(maker.user.id));
  if (others.size() >= kMaxPerUser) {
    co_return Error(Code::kConflict, "there are 100 access tokens already; remove some first");
  }
  co_return issue(unit, maker.user.id, std::move(request));
}

Task<Result<std::vector<AccessToken>>> AccessTokens::list(base::Uuid userId) {
  SW_CO_TRY(std::vector<AccessToken> tokens, co_await credentials_.tokensOf(userId));
  std::ranges::sort(tokens, {}, &AccessToken::id);
  co_return tokens;
}

Task<Result<AccessToken>> AccessTokens::find(base::Uuid userId, base::Uuid id) {
  SW_CO_TRY(const std::vector<AccessToken> tokens, co_await credentials_.tokensOf(userId));
  const auto found = std::ranges::find(tokens, id, &AccessToken::id);
  if (found == tokens.end()) co_return Error(Code::kNotFound, "there is no such access token");
  co_return *found;
}

void AccessTokens::revoke(jobs::UnitOfWork& unit, const AccessToken& token) {
  credentials_.removeToken(unit, token.userId, token.id);
}

}  // namespace sw::accounts
