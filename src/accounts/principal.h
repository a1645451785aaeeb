#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/credentials.h"
#include "accounts/user.h"
#include "base/clock.h"
#include "base/uuid.h"

namespace sw::accounts {

/// What a credential lets its bearer do. "write" includes "read".
enum class AccessScope : std::uint8_t { kRead = 1, kWrite = 2, kOperator = 4 };

/// "read", "write", "operator".
std::string_view toString(AccessScope scope);
std::optional<AccessScope> parseAccessScope(std::string_view text);

/// A set of scopes.
class AccessScopes {
 public:
  AccessScopes() = default;
  static AccessScopes all() { return AccessScopes(7); }

  AccessScopes& add(AccessScope scope) {
    bits_ = static_cast<std::uint8_t>(bits_ | static_cast<unsigned>(scope));
    if (scope == AccessScope::kWrite) add(AccessScope::kRead);
    return *this;
  }
  AccessScopes& remove(AccessScope scope) {
    bits_ = static_cast<std::uint8_t>(bits_ & ~static_cast<unsigned>(scope));
    return *this;
  }
  [[nodiscard]] bool has(AccessScope scope) const {
    return (bits_ & static_cast<unsigned>(scope)) != 0;
  }

  friend bool operator==(const AccessScopes&, const AccessScopes&) = default;

 private:
  explicit AccessScopes(std::uint8_t bits) : bits_(bits) {}

  std::uint8_t bits_ = 0;
};

/// Who makes a request, and by what right. Immutable once made, shared by requests.
struct Principal {
  enum class Kind { kToken, kAccessToken, kSession };

  User user;               // as it was when the credential was checked
  std::string userIdText;  // as `user.id.toString()`, for logs
  Kind kind = Kind::kToken;
  AccessScopes scopes;
  base::Uuid credentialId;  // of the access token or session; nil for a token
  SecretHash hash{};        // of what was presented
  std::string csrfToken;    // of a session
  base::Instant expires{};  // of what was presented; far away for one that never does
};

using PrincipalPointer = std::shared_ptr<const Principal>;

}  // namespace sw::accounts
