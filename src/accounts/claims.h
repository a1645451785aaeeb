#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace sw::accounts {

/// What a token says of its user (RFC 7519, and OpenID Connect Core 1.0, section 5.1).
struct Claims {
  std::string subject;
  base::Instant expires{};
  bool isOperator = false;  // role: operator
  std::string email;        // lower case
  bool emailVerified = false;
  std::string name;
  std::string timeZone;  // `zoneinfo`; empty when absent or unknown to the tz database
};

/// What is demanded of a token beyond its signature. Empty texts demand nothing.
struct ClaimRules {
  std::string issuer;    // `iss` must be this
  std::string audience;  // `aud` must be or hold this
};

/// How far clocks may differ.
inline constexpr std::chrono::seconds kClockLeeway{30};

/// Reads the payload of a token whose signature is right. `kUnauthenticated` when it is no JSON
/// object, `sub` or `exp` is missing, it has expired or is not valid yet at `now`, or it breaks a
/// rule. Claims about the person that are not as they should be count as absent.
base::Result<Claims> readClaims(std::string_view payload, const ClaimRules& rules,
                                base::Instant now);

}  // namespace sw::accounts
