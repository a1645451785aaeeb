#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// Signed texts as JSON Web Signatures in the compact form (RFC 7515) and their keys (RFC 7517).
/// Thread-safe; nothing blocks.
namespace sw::base {

/// The algorithms of RFC 7518 that are accepted. "none" is none of them.
enum class JwsAlgorithm { kHs256, kRs256, kEs256 };
std::string_view toString(JwsAlgorithm algorithm);

/// A longer text is refused before it is read.
inline constexpr std::size_t kMaxJwsBytes = 16 * 1024;

/// A key, which serves exactly one algorithm: a token cannot choose another one for it. A handle;
/// cheap to copy, immutable.
class JwsKey {
 public:
  /// For HS256. `kInvalid` under 32 bytes (RFC 7518, section 3.2).
  static Result<JwsKey> fromSecret(std::string_view secret);
  /// From a JSON Web Key: RSA of at least 2048 bits, EC on P-256, or oct of at least 32 bytes.
  /// `kInvalid` when it is another or its `alg`, `use` or `key_ops` forbid it.
  static Result<JwsKey> fromJwk(json::Value jwk);

  [[nodiscard]] JwsAlgorithm algorithm() const;
  [[nodiscard]] const std::string& id() const;  // `kid`; empty when it has none

  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  explicit JwsKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// A published set of keys (RFC 7517, section 5).
class JwsKeySet {
 public:
  static constexpr std::size_t kMaxKeys = 100;

  JwsKeySet() = default;
  /// Keys that cannot be used here are left out, as that section says, secret ones too: a set is
  /// public. `kMalformed` or `kInvalid` when the text is no set, or holds no usable key.
  static Result<JwsKeySet> parse(std::string_view text);

  /// The key called `id` for `algorithm`. With an empty `id` the only key for that algorithm;
  /// null when there are several or none.
  [[nodiscard]] const JwsKey* find(JwsAlgorithm algorithm, std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::vector<JwsKey> keys_;
};

/// What the protected header says.
struct JwsHeader {
  JwsAlgorithm algorithm;
  std::string keyId;  // empty when it names none
};

/// Reads the header of a compact text without trusting it. `kUnauthenticated` when the text is
/// none, its algorithm is not one of the above, it names critical extensions (`crit`, none is
/// understood), has an unencoded payload, or repeats a member.
Result<JwsHeader> readJwsHeader(std::string_view compact);

/// The payload of a compact text whose signature is right under `key`. `kUnauthenticated` as
/// `readJwsHeader`, and when the header's algorithm is not the key's or the signature is wrong.
Result<std::string> verifyJws(std::string_view compact, const JwsKey& key);

/// Signs `payload`; the header names the key's algorithm and id. `kInvalid` when the key is only
/// a public one.
Result<std::string> signJws(std::string_view payload, const JwsKey& key);

}  // namespace sw::base
