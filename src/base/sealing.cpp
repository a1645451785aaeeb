#include "base/sealing.h"

#include <sodium.h>

#include <cstdlib>

#include "base/random.h"

namespace sw::base {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// A key of another length is a defect of the caller.
void demandKey(std::string_view key) {
  if (key.size() != kKey) std::abort();
}

}  // namespace

std::string seal(std::string_view key, std::string_view plain, std::string_view purpose) {
  demandKey(key);
  std::string out(1 + kNonce + plain.size() + kTag, kVersion);
  unsigned char* const nonce = bytesOf(out) + 1;
  fillRandom({nonce, kNonce});
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, bytesOf(plain), plain.size(),
                                             bytesOf(purpose), purpose.size(), nullptr, nonce,
                                             bytesOf(key));
  return out;
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed,
                                  std::string_view purpose) {
  demandKey(key);
  if (sealed.size() < 1 + kNonce + kTag || sealed.front() != kVersion) return std::nullopt;
  const std::string_view nonce = sealed.substr(1, kNonce);
  const std::string_view cipher = sealed.substr(1 + kNonce);
  std::string plain(cipher.size() - kTag, '\0');
  const int outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytesOf(plain), nullptr, nullptr, bytesOf(cipher), cipher.size(), bytesOf(purpose),
      purpose.size(), bytesOf(nonce), bytesOf(key));
  if (outcome != 0) return std::nullopt;
  return plain;
}

}  // namespace sw::base
