#include "api/token_routes.h"

#include <algorithm>
#include <utility>

#include "api/query_reader.h"

namespace sw::api {
namespace {

using accounts::AccessToken;
using accounts::AccessTokens;
using base::Result;
using base::Task;

Response created(const AccessToken& token, std::string_view secret) {
  std::string body;
  accounts::appendAccessTokenView(body, token, secret);
  Response response = jsonResponse(201, std::move(body));
  response.with("Location", "/tokens/" + token.id.toString());
  return response;
}

}  // namespace

void TokenRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet, .pattern = "/tokens", .handler = [this](RequestScope& scope) {
                return list(scope);
              }});
  router.add({.method = Method::kPost,
              .pattern = "/tokens",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/tokens/{tokenId}",
              .handler = [this](RequestScope& scope) { return revoke(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> TokenRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  constexpr auto kMost = static_cast<std::int64_t>(AccessTokens::kMaxPerUser);
  const std::int64_t limit = query.integer("maxResults", 1, kMost, kMost);
  const auto token = query.text("pageToken", 64);
  query.finish();
  const auto after = token ? base::Uuid::parse(*token) : std::nullopt;
  if (token && !after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const std::vector<AccessToken> all, co_await tokens_.list(scope.userId()));
  auto next = after ? std::ranges::upper_bound(all, *after, {}, &AccessToken::id) : all.begin();
  std::string out = R"({"items":[)";
  std::int64_t count = 0;
  for (; next != all.end() && count < limit; ++next, ++count) {
    if (count > 0) out += ',';
    accounts::appendAccessTokenView(out, *next, {});
  }
  out += ']';
  if (next != all.end()) {
    out += R"(,"nextPageToken":")" + std::prev(next)->id.toString() + '"';
  }
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> TokenRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  accounts::AccessTokenRequest request =
      accounts::readAccessTokenRequest(body.root(), scope.clock().now(), problems);
  if (!problems.empty()) co_return problems.toError();
  const auto unit = scope.begin();
  SW_CO_TRY(const AccessTokens::Created made,
            co_await tokens_.create(*unit, scope.principal(), std::move(request)));
  // The secret is shown once and kept nowhere, not even for a repeat.
  const Response repeated = created(made.token, {});
  Response response = created(made.token, made.secret);
  co_return co_await scope.commit(*unit, std::move(response), repeated);
}

Task<Result<Response>> TokenRoutes::revoke(RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("tokenId"));
  SW_CO_TRY(const AccessToken token, co_await tokens_.find(scope.userId(), id));
  const auto unit = scope.begin();
  tokens_.revoke(*unit, token);
  SW_CO_TRY(Response response, co_await scope.commit(*unit, noContent()));
  tokens_.revoked(token);
  co_return response;
}

}  // namespace sw::api
