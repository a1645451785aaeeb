#include "webhooks/signature.h"

#include <array>
#include <cstdint>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/sealing.h"

namespace sw::webhooks {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kNewSecretBytes = 32;

std::string_view asText(const base::Sha256& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string newSecret() {
  std::array<std::uint8_t, kNewSecretBytes> bytes;
  base::fillRandom(bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::string(kSecretPrefix) + base::encodeBase64(text);
}

Result<std::string> keyOfSecret(std::string_view secret) {
  std::optional<std::string> key;
  if (secret.starts_with(kSecretPrefix)) {
    key = base::decodeBase64(secret.substr(kSecretPrefix.size()));
  }
  if (!key || key->size() < kMinSecretBytes || key->size() > kMaxSecretBytes) {
    return Error(Code::kInvalid, "must be whsec_ and base64 of 24 to 64 bytes");
  }
  return *std::move(key);
}

std::string sign(const std::vector<std::string>& keys, std::string_view id,
                 std::chrono::sys_seconds at, std::string_view body) {
  std::string content(id);
  content += '.';
  content += std::to_string(at.time_since_epoch().count());
  content += '.';
  content += body;
  std::string out;
  for (const std::string& key : keys) {
    if (!out.empty()) out += ' ';
    out += "v1," + base::encodeBase64(asText(base::hmacSha256(key, content)));
  }
  return out;
}

SecretKeeper::SecretKeeper(std::string_view key)
    : key_(asText(base::deriveKey(key, "secrets of webhooks"))) {}

std::string SecretKeeper::seal(std::string_view secret, std::string_view owner) const {
  return base::seal(key_, secret, owner);
}

Result<std::string> SecretKeeper::open(std::string_view sealed, std::string_view owner) const {
  auto secret = base::unseal(key_, sealed, owner);
  if (!secret) {
    return Error(Code::kCorrupted,
                 "a webhook's secret does not open; was TOKEN_ENCRYPTION_KEY changed?");
  }
  return *std::move(secret);
}

}  // namespace sw::webhooks
