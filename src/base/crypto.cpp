#include "base/crypto.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "base/base64.h"
#include "base/random.h"

namespace sw::base {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* sha256Method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return method;
}

}  // namespace

// OpenSSL's uses the processor's SHA instructions, five times as fast as libsodium's. A context
// kept by each thread saves making one for each hash.
Sha256 sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  Sha256 out;
  if (!context || EVP_DigestInit_ex2(context.get(), sha256Method(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) {
    std::abort();  // without memory or without SHA-256 nothing here is safe
  }
  return out;
}

Sha256 hmacSha256(std::string_view key, std::string_view bytes) {
  constexpr std::size_t kBlock = 64;
  Sha256 shortKey;
  if (key.size() > kBlock) {
    shortKey = sha256(key);
    key = {reinterpret_cast<const char*>(shortKey.data()), shortKey.size()};
  }
  std::string inner(kBlock, '\x36');
  std::string outer(kBlock, '\x5c');
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  inner += bytes;
  const Sha256 digest = sha256(inner);
  outer.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  const Sha256 out = sha256(outer);
  sodium_memzero(inner.data(), inner.size());
  sodium_memzero(outer.data(), outer.size());
  sodium_memzero(shortKey.data(), shortKey.size());
  return out;
}

Sha256 deriveKey(std::string_view secret, std::string_view purpose) {
  return hmacSha256(secret, std::string(purpose) + '\x01');
}

bool equalSecrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equalSecrets(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string randomToken(std::size_t bytes) {
  std::vector<std::uint8_t> raw(bytes);
  fillRandom(raw);
  return encodeBase64Url(raw);
}

std::string toHex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace sw::base
