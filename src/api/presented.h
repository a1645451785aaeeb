#pragma once

#include <optional>
#include <string_view>

#include "accounts/authenticator.h"
#include "api/http.h"
#include "base/result.h"

/// What a request presents to be let in.
namespace sw::api {

inline constexpr std::string_view kSessionCookie = "sw_session";

/// The value of a cookie (RFC 6265, section 5.4); of several with that name the first. Empty when
/// there is none.
std::string_view cookie(const RequestHead& head, std::string_view name);

/// The bearer token, else the session cookie, else nothing. `kUnauthenticated` when
/// `Authorization` is there but is no bearer token, or is there twice.
base::Result<std::optional<accounts::Credential>> presentedCredential(const RequestHead& head);

}  // namespace sw::api
