#pragma once

#include "accounts/access_tokens.h"
#include "api/request_scope.h"
#include "api/router.h"

namespace sw::api {

/// Access tokens that people make for their programs. Called by many threads; must outlive the
/// router.
class TokenRoutes {
 public:
  explicit TokenRoutes(accounts::AccessTokens& tokens) : tokens_(tokens) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> revoke(RequestScope& scope);

  accounts::AccessTokens& tokens_;
};

}  // namespace sw::api
