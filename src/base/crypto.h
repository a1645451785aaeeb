#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Hashes, message authentication and secrets. Thread-safe; nothing blocks.
namespace sw::base {

using Sha256 = std::array<std::uint8_t, 32>;

/// FIPS 180-4.
Sha256 sha256(std::string_view bytes);
/// HMAC-SHA256 (RFC 2104); a key of any length.
Sha256 hmacSha256(std::string_view key, std::string_view bytes);
/// A key for one purpose, derived from a secret that has others too (HKDF-Expand of RFC 5869 with
/// one block); `purpose` names it.
Sha256 deriveKey(std::string_view secret, std::string_view purpose);

/// Whether both are the same, in a time that does not tell where they differ (their lengths are
/// no secret).
bool equalSecrets(std::string_view a, std::string_view b);
bool equalSecrets(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

/// `bytes` random bytes as base64url text; 32 cannot be guessed.
std::string randomToken(std::size_t bytes = 32);
/// Lower-case hexadecimal digits.
std::string toHex(std::span<const std::uint8_t> bytes);

}  // namespace sw::base
