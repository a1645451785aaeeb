#include "adapters/push/message_encryption.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/crypto.h"
#include "base/random.h"

namespace sw::adapters::push {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::uint32_t kRecordSize = 4096;
constexpr char kLastRecord = '\x02';  // the delimiter of RFC 8188, section 2
constexpr std::string_view kKeyInfo("WebPush: info\0", 14);
constexpr std::string_view kContentInfo("Content-Encoding: aes128gcm\0", 28);
constexpr std::string_view kNonceInfo("Content-Encoding: nonce\0", 24);

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

std::string text(const base::Sha256& hash) { return {hash.begin(), hash.end()}; }

unsigned char* bytes(std::string& out, std::size_t at) {
  return reinterpret_cast<unsigned char*>(out.data()) + at;
}
const unsigned char* bytes(std::string_view in) {
  return reinterpret_cast<const unsigned char*>(in.data());
}

/// AES-128-GCM of the text with its tag behind it (SP 800-38D).
Result<std::string> encrypt(std::string_view plain, std::string_view key, std::string_view nonce) {
  const std::unique_ptr<EVP_CIPHER_CTX, CipherFree> context(EVP_CIPHER_CTX_new());
  std::string out(plain.size() + kTagBytes, '\0');
  int size = 0;
  int rest = 0;
  if (!context ||
      EVP_EncryptInit_ex2(context.get(), EVP_aes_128_gcm(), bytes(key), bytes(nonce), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), bytes(out, 0), &size, bytes(plain),
                        static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), bytes(out, static_cast<std::size_t>(size)), &rest) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                          bytes(out, plain.size())) != 1) {
    return Error(Code::kInternal, "OpenSSL cannot encrypt with AES-128-GCM");
  }
  return out;
}

}  // namespace

Result<std::string> encryptMessage(std::string_view plain, const Receiver& receiver) {
  SW_TRY(const EcKey sender, EcKey::generate());
  std::array<std::uint8_t, kSaltBytes> salt;
  base::fillRandom(salt);
  return encryptMessage(plain, receiver, sender, std::string(salt.begin(), salt.end()));
}

// Names as in RFC 8291, section 3.4. `deriveKey` is HKDF-Expand with one block.
Result<std::string> encryptMessage(std::string_view plain, const Receiver& receiver,
                                   const EcKey& sender, std::string_view salt) {
  if (plain.size() > kMaxPlainBytes) {
    return Error(Code::kInvalid, "a message for a browser is longer than push services carry");
  }
  if (receiver.secret.size() != kSecretBytes || salt.size() != kSaltBytes) {
    return Error(Code::kInvalid, "the secret of a browser's registration has 16 bytes");
  }
  SW_TRY(const std::string ecdhSecret, sender.sharedSecret(receiver.publicKey));
  const std::string prkKey = text(base::hmacSha256(receiver.secret, ecdhSecret));
  std::string keyInfo(kKeyInfo);
  keyInfo.append(receiver.publicKey).append(sender.publicPoint());
  const std::string ikm = text(base::deriveKey(prkKey, keyInfo));
  const std::string prk = text(base::hmacSha256(salt, ikm));
  const std::string key = text(base::deriveKey(prk, kContentInfo)).substr(0, kKeyBytes);
  const std::string nonce = text(base::deriveKey(prk, kNonceInfo)).substr(0, kNonceBytes);

  std::string record(plain);
  record += kLastRecord;
  SW_TRY(const std::string encrypted, encrypt(record, key, nonce));

  std::string out(salt);  // the header of RFC 8188, section 2.1
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>((kRecordSize >> static_cast<unsigned>(shift)) & 0xFFU);
  }
  out += static_cast<char>(sender.publicPoint().size());
  out += sender.publicPoint();
  return out + encrypted;
}

}  // namespace sw::adapters::push
