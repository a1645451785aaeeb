#include "app/push_key.h"

#include <optional>
#include <utility>

#include "app/data_folder.h"
#include "base/base64.h"
#include "base/text.h"

namespace sw::app {

using adapters::push::EcKey;
using base::Code;
using base::Error;
using base::Result;

namespace {

Result<EcKey> readKey(std::string_view text, const std::string& where) {
  const auto number = base::decodeBase64Url(base::trim(text));
  auto key = number ? EcKey::fromPrivate(*number) : Error(Code::kInvalid, "not base64url");
  if (key.ok()) return key;
  return Error(Code::kConfiguration,
               where + " is no private key on P-256 in base64url (" + key.error().message() + ")");
}

}  // namespace

std::string PushKey::secret() const { return base::encodeBase64Url(key.privateNumber()); }

Result<PushKey> loadPushKey(const base::Config::Push& config, const std::filesystem::path& folder) {
  if (!config.vapidKey.empty()) {
    SW_TRY(EcKey key, readKey(config.vapidKey, "VAPID_PRIVATE_KEY"));
    return PushKey{.key = std::move(key)};
  }
  const std::filesystem::path file = folder / kPushKeyFile;
  auto text = readSmallFile(file);
  bool made = false;
  if (!text.ok() && text.error().code() == Code::kNotFound) {
    SW_TRY(const EcKey fresh, EcKey::generate());
    text = createPrivateFile(file, base::encodeBase64Url(fresh.privateNumber()) + "\n");
    made = true;
  }
  if (!text.ok()) return text.error();
  SW_TRY(EcKey key, readKey(*text, file.string()));
  return PushKey{.key = std::move(key), .made = made};
}

std::string pushSubject(const base::Config& config) {
  if (!config.push.vapidSubject.empty()) return config.push.vapidSubject;
  if (config.http.publicUrl.starts_with("https://")) return config.http.publicUrl;
  const std::string& sender = config.alerting.emailFrom;
  return sender.empty() || sender.ends_with("@localhost") ? std::string() : "mailto:" + sender;
}

}  // namespace sw::app
