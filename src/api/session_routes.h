#pragma once

#include "accounts/sign_in.h"
#include "api/credential_guard.h"
#include "api/request_scope.h"
#include "api/router.h"

namespace sw::api {

/// Signing in and out at the page. Called by many threads; must outlive the router.
class SessionRoutes {
 public:
  SessionRoutes(accounts::SignIn& signIn, CredentialGuard guard) : signIn_(signIn), guard_(guard) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> open(RequestScope& scope);
  base::Task<base::Result<Response>> get(RequestScope& scope);
  base::Task<base::Result<Response>> close(RequestScope& scope);

  base::Task<base::Result<accounts::SignIn::Opened>> signIn(RequestScope& scope);

  accounts::SignIn& signIn_;
  const CredentialGuard guard_;
};

}  // namespace sw::api
