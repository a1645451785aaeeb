#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

/// Signatures of webhooks by the Standard Webhooks specification, version 1
/// (github.com/standard-webhooks/standard-webhooks), symmetric: HMAC-SHA256.
namespace sw::webhooks {

inline constexpr std::string_view kSecretPrefix = "whsec_";
/// Bytes of a key, before base64.
inline constexpr std::size_t kMinSecretBytes = 24;
inline constexpr std::size_t kMaxSecretBytes = 64;

/// A new secret as it is shown: "whsec_" and base64 of 32 random bytes.
std::string newSecret();
/// The key of a secret as it is written. `kInvalid`, without repeating it, when it is not
/// "whsec_" and base64 of 24 to 64 bytes.
base::Result<std::string> keyOfSecret(std::string_view secret);

/// The value of `webhook-signature`: "v1," and base64 of the HMAC over `id.timestamp.body` for
/// each key, with blanks between. `keys` as `keyOfSecret` gives them.
std::string sign(const std::vector<std::string>& keys, std::string_view id,
                 std::chrono::sys_seconds at, std::string_view body);

/// Keeps secrets unreadable where they are stored: sealed by a key that is not in the database,
/// for the webhook they belong to. A plain value; thread-safe.
class SecretKeeper {
 public:
  /// `key` is the program's secret for encryption at rest (`TOKEN_ENCRYPTION_KEY`).
  explicit SecretKeeper(std::string_view key);

  /// `owner` names what it belongs to: sealed for one it does not open for another.
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view owner) const;
  /// `kCorrupted` when it was sealed by another key or for another owner, or is damaged.
  [[nodiscard]] base::Result<std::string> open(std::string_view sealed,
                                               std::string_view owner) const;

 private:
  std::string key_;
};

}  // namespace sw::webhooks
