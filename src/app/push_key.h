#pragma once

#include <filesystem>
#include <string>

#include "adapters/push/ec_key.h"
#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// The file of the key in the data folder.
inline constexpr const char* kPushKeyFile = "vapid-key";

/// The key with which this service signs what it sends to push services.
struct PushKey {
  adapters::push::EcKey key;
  bool made = false;  // just now, for this copy alone

  /// What must appear nowhere.
  [[nodiscard]] std::string secret() const;
};

/// The configured key, else that of the folder's file, which is made (mode 0600) at the first
/// start. Blocks. `kConfiguration` when it is no key, `kIo` when the file cannot be had.
base::Result<PushKey> loadPushKey(const base::Config::Push& config,
                                  const std::filesystem::path& folder);

/// Where push services reach the operator (RFC 8292, section 2.1): what is configured, else the
/// service's own address over https, else the sender of mails; empty when none is known.
std::string pushSubject(const base::Config& config);

}  // namespace sw::app
