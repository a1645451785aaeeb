#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Secrets at rest: authenticated encryption with XChaCha20-Poly1305 (RFC 8439 with the nonce of
/// draft-irtf-cfrg-xchacha-03), by libsodium. Thread-safe; nothing blocks.
namespace sw::base {

/// `plain` encrypted under `key` (32 bytes, as `deriveKey` gives) for the use that `purpose`
/// names: a version byte, 24 random bytes, the cipher text and its tag. Sealed twice, a text gives
/// two different results.
std::string seal(std::string_view key, std::string_view plain, std::string_view purpose);
/// What was sealed. Nothing when key or purpose are others, or when a byte was changed.
std::optional<std::string> unseal(std::string_view key, std::string_view sealed,
                                  std::string_view purpose);

}  // namespace sw::base
