#pragma once

#include "accounts/sign_in.h"
#include "api/request_scope.h"
#include "api/router.h"

namespace sw::api {

/// Signing in and out at the page. Called by many threads; must outlive the router.
class SessionRoutes {
 public:
  explicit SessionRoutes(accounts::SignIn& signIn) : signIn_(signIn) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> open(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> close(RequestScope& scope);

  accounts::SignIn& signIn_;
};

}  // namespace sw::api
