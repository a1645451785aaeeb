#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::adapters::push {

/// A key pair on the curve P-256 (FIPS 186-5). A handle; cheap to copy, immutable, thread-safe.
/// Nothing here blocks; making a key or a secret takes about 50 µs.
class EcKey {
 public:
  static constexpr std::size_t kPrivateBytes = 32;
  static constexpr std::size_t kPublicBytes = 65;  // uncompressed point, X9.62, section 4.3.6

  /// A new one. `kInternal` when the library has no random numbers or no memory.
  static base::Result<EcKey> generate();
  /// From the private number, big-endian. `kInvalid` when it is none from 1 to the order less 1.
  static base::Result<EcKey> fromPrivate(std::string_view number);

  [[nodiscard]] std::string privateNumber() const;  // kPrivateBytes
  [[nodiscard]] const std::string& publicPoint() const;
  /// What this key and the owner of `peer` share (ECDH, SP 800-56A, section 5.7.1.2), 32 bytes.
  /// `kInvalid` when `peer` is no point of the curve.
  [[nodiscard]] base::Result<std::string> sharedSecret(std::string_view peer) const;
  /// As a JSON Web Key for ES256, private part included (RFC 7517).
  [[nodiscard]] std::string toJwk() const;

 private:
  struct Impl;
  explicit EcKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

}  // namespace sw::adapters::push
