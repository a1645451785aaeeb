#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// Secrets that the program makes for itself where none are configured.
struct Secrets {
  std::string jwt;         // signs and checks HS256 tokens
  std::string encryption;  // encrypts providers' tokens at rest
  bool made = false;       // one of them was made just now

  /// All of them, for redaction.
  [[nodiscard]] std::vector<std::string> values() const { return {jwt, encryption}; }
};

/// The configured secrets; what is not configured is read from the folder's files
/// `jwt-secret` and `token-encryption-key`, made there (mode 0600) at the first start. Blocks.
/// `kConfiguration` when such a file holds less than 32 bytes, `kIo` when it cannot be had.
base::Result<Secrets> loadSecrets(const base::Config::Auth& config,
                                  const std::filesystem::path& folder);

}  // namespace sw::app
