#include "app/secrets.h"

#include <string_view>

#include "app/data_folder.h"
#include "base/crypto.h"
#include "base/text.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kRandomBytes = 48;
constexpr std::size_t kMinBytes = 32;  // RFC 7518, section 3.2, for HS256

Result<std::string> loadSecret(const std::filesystem::path& file, bool& made) {
  auto text = readSmallFile(file);
  if (!text.ok() && text.error().code() == Code::kNotFound) {
    text = createPrivateFile(file, base::randomToken(kRandomBytes) + "\n");
    made = true;
  }
  if (!text.ok()) return text.error();
  const std::string_view secret = base::trim(*text);
  if (secret.size() < kMinBytes) {
    return Error(Code::kConfiguration,
                 file.string() +
                     " holds no secret of at least 32 bytes; remove it and another "
                     "is made");
  }
  return std::string(secret);
}

}  // namespace

Result<Secrets> loadSecrets(const base::Config::Auth& config, const std::filesystem::path& folder) {
  Secrets secrets{.jwt = config.jwtSecret, .encryption = config.encryptionKey};
  if (secrets.jwt.empty()) {
    SW_TRY(secrets.jwt, loadSecret(folder / "jwt-secret", secrets.made));
  }
  if (secrets.encryption.empty()) {
    SW_TRY(secrets.encryption, loadSecret(folder / "token-encryption-key", secrets.made));
  }
  return secrets;
}

}  // namespace sw::app
