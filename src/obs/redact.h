#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sw::obs {

/// Removes secrets from text that leaves the process: by the name of what holds it, by its shape
/// (bearer and basic credentials, JSON web tokens, OAuth tokens, passwords in addresses, tokens
/// in paths and queries) and by its value, where the value is a secret of this process. Copies
/// share the values they know. Thread-safe, does not block and never fails.
class Redactor {
 public:
  static constexpr std::string_view kMask = "[redacted]";

  Redactor();

  /// A secret value of this process, removed wherever it appears from now on, by all copies of
  /// this redactor; shorter than 6 bytes is not looked for, since it would tear ordinary words.
  void addSecret(std::string_view value) const;

  /// Whether the value of something called so is a secret, in any spelling: "apiKey",
  /// "X-Api-Key", "client_secret".
  static bool isSecretName(std::string_view name);

  /// Appends `text` without its secrets. What is not one is copied byte for byte.
  void append(std::string& out, std::string_view text) const;
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  class Values;
  std::shared_ptr<Values> values_;
};

}  // namespace sw::obs
