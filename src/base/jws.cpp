#include "base/jws.h"

#include <cjose/header.h>
#include <cjose/jwk.h>
#include <cjose/jws.h>

#include <algorithm>
#include <array>

#include "base/base64.h"

namespace sw::base {
namespace {

constexpr std::size_t kMinSecretBytes = 32;
constexpr std::size_t kMinRsaBits = 2048;
constexpr std::size_t kMaxKeyBytes = 16 * 1024;

Error refused(std::string why) { return {Code::kUnauthenticated, std::move(why)}; }

struct KeyRelease {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
struct SignatureRelease {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct HeaderRelease {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
using KeyPointer = std::unique_ptr<cjose_jwk_t, KeyRelease>;
using SignaturePointer = std::unique_ptr<cjose_jws_t, SignatureRelease>;
using HeaderPointer = std::unique_ptr<cjose_header_t, HeaderRelease>;

std::optional<JwsAlgorithm> parseAlgorithm(std::string_view name) {
  for (const auto algorithm : {JwsAlgorithm::kHs256, JwsAlgorithm::kRs256, JwsAlgorithm::kEs256}) {
    if (toString(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

/// The three parts of a compact text, or nothing when it has another number of them.
std::optional<std::array<std::string_view, 3>> split(std::string_view compact) {
  const std::size_t first = compact.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = compact.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (compact.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return std::array{compact.substr(0, first), compact.substr(first + 1, second - first - 1),
                    compact.substr(second + 1)};
}

/// Whether the object that `text` is (valid JSON) names a member twice: the parser keeps only the
/// last, and so would hide that two readers may understand the text differently.
bool repeatsMember(std::string_view text, json::Value object) {
  std::size_t members = 0;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ':' && depth == 1) {
      ++members;
    }
  }
  return members != object.size();
}

/// Whether `use` and `key_ops` of a key allow signatures.
bool allowsSignatures(json::Value jwk) {
  const json::Value use = jwk.find("use");
  if (!use.isMissing() && use.asString() != "sig") return false;
  const json::Value operations = jwk.find("key_ops");
  if (operations.isMissing()) return true;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto operation = operations.at(i).asString();
    if (operation == "verify" || operation == "sign") return true;
  }
  return false;
}

/// Bits of a big-endian number in base64url.
std::size_t bitsOf(json::Value number) {
  const auto text = number.asString();
  const auto bytes = text ? decodeBase64Url(*text) : std::nullopt;
  if (!bytes) return 0;
  const std::size_t zeros = std::min(bytes->find_first_not_of('\0'), bytes->size());
  return (bytes->size() - zeros) * 8;
}

Result<JwsAlgorithm> algorithmOf(json::Value jwk) {
  const auto type = jwk.find("kty").asString();
  if (type == "RSA") {
    if (bitsOf(jwk.find("n")) < kMinRsaBits) {
      return Error(Code::kInvalid, "an RSA key needs at least 2048 bits");
    }
    return JwsAlgorithm::kRs256;
  }
  if (type == "EC") {
    if (jwk.find("crv").asString() != "P-256") {
      return Error(Code::kInvalid, "an EC key must be on the curve P-256");
    }
    return JwsAlgorithm::kEs256;
  }
  if (type == "oct") {
    if (bitsOf(jwk.find("k")) < kMinSecretBytes * 8) {
      return Error(Code::kInvalid, "a secret needs at least 32 bytes");
    }
    return JwsAlgorithm::kHs256;
  }
  return Error(Code::kInvalid, "the key's type (kty) must be one of RSA, EC, oct");
}

bool isPrivate(json::Value jwk) { return !jwk.find("d").isMissing() || !jwk.find("k").isMissing(); }

}  // namespace

struct JwsKey::Impl {
  KeyPointer key;
  JwsAlgorithm algorithm;
  std::string id;
  bool canSign;

  // The library does not change a key that it verifies or signs with; its calls only lack const.
  [[nodiscard]] cjose_jwk_t* handle() const { return key.get(); }
};

std::string_view toString(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::kHs256: return "HS256";
    case JwsAlgorithm::kRs256: return "RS256";
    case JwsAlgorithm::kEs256: return "ES256";
  }
  return "HS256";
}

Result<JwsKey> JwsKey::fromSecret(std::string_view secret) {
  if (secret.size() < kMinSecretBytes) {
    return Error(Code::kInvalid, "a secret needs at least 32 bytes");
  }
  cjose_err failure{};
  KeyPointer key(cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(secret.data()),
                                           secret.size(), &failure));
  if (!key) return Error(Code::kInvalid, "the secret cannot be used as a key");
  return JwsKey(std::make_shared<const Impl>(
      Impl{std::move(key), JwsAlgorithm::kHs256, std::string(), true}));
}

Result<JwsKey> JwsKey::fromJwk(json::Value jwk) {
  SW_TRY(const JwsAlgorithm algorithm, algorithmOf(jwk));
  const json::Value declared = jwk.find("alg");
  if (!declared.isMissing() && declared.asString() != toString(algorithm)) {
    return Error(Code::kInvalid, "the key is for an algorithm that is not supported");
  }
  if (!allowsSignatures(jwk)) return Error(Code::kInvalid, "the key is not for signatures");
  const json::Value id = jwk.find("kid");
  if (!id.isMissing() && !id.asString()) {
    return Error(Code::kInvalid, "the key's id (kid) must be text");
  }
  const std::string text = jwk.serialize();
  if (text.size() > kMaxKeyBytes) return Error(Code::kInvalid, "the key is too long");
  cjose_err failure{};
  KeyPointer key(cjose_jwk_import(text.data(), text.size(), &failure));
  if (!key) return Error(Code::kInvalid, "the key's values are not those of its type");
  return JwsKey(std::make_shared<const Impl>(
      Impl{std::move(key), algorithm, std::string(id.asString().value_or("")), isPrivate(jwk)}));
}

JwsAlgorithm JwsKey::algorithm() const { return impl_->algorithm; }
const std::string& JwsKey::id() const { return impl_->id; }

Result<JwsKeySet> JwsKeySet::parse(std::string_view text) {
  SW_TRY(const json::Document document, json::Document::parse(text));
  const json::Value keys = document.root().find("keys");
  if (!keys.isArray()) return Error(Code::kInvalid, "a key set has a list called keys");
  if (keys.size() > kMaxKeys) return Error(Code::kInvalid, "a key set has at most 100 keys");
  JwsKeySet set;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto key = JwsKey::fromJwk(keys.at(i));
    if (!key.ok() || key->algorithm() == JwsAlgorithm::kHs256) continue;
    set.keys_.push_back(*std::move(key));
  }
  if (set.keys_.empty()) {
    return Error(Code::kInvalid, "the key set holds no key for RS256 or ES256");
  }
  return set;
}

const JwsKey* JwsKeySet::find(JwsAlgorithm algorithm, std::string_view id) const {
  const JwsKey* found = nullptr;
  for (const JwsKey& key : keys_) {
    if (key.algorithm() != algorithm) continue;
    if (!id.empty()) {
      if (key.id() == id) return &key;
    } else {
      if (found != nullptr) return nullptr;
      found = &key;
    }
  }
  return found;
}

Result<JwsHeader> readJwsHeader(std::string_view compact) {
  if (compact.size() > kMaxJwsBytes) return refused("the token is too long");
  const auto parts = split(compact);
  if (!parts) return refused("the token is not a signed token");
  const auto text = decodeBase64Url(parts->front());
  if (!text) return refused("the token's header is not base64url");
  const auto document = json::Document::parse(*text, 4);
  if (!document.ok() || !document->root().isObject()) {
    return refused("the token's header is not a JSON object");
  }
  const json::Value header = document->root();
  if (repeatsMember(*text, header)) return refused("the token's header repeats a member");
  if (!header.find("crit").isMissing()) {
    return refused("the token's header names critical extensions, and none is known");
  }
  if (!header.find("b64").isMissing()) return refused("the token's payload must be base64url");
  const auto name = header.find("alg").asString();
  const auto algorithm = name ? parseAlgorithm(*name) : std::nullopt;
  if (!algorithm) return refused("the token's algorithm must be one of HS256, RS256, ES256");
  const json::Value id = header.find("kid");
  if (!id.isMissing() && !id.asString()) return refused("the token's key id must be text");
  return JwsHeader{*algorithm, std::string(id.asString().value_or(""))};
}

Result<std::string> verifyJws(std::string_view compact, const JwsKey& key) {
  SW_TRY(const JwsHeader header, readJwsHeader(compact));
  if (header.algorithm != key.algorithm()) {
    return refused("the token's algorithm is not that of the key");
  }
  const auto parts = split(compact);
  auto payload = decodeBase64Url(parts->at(1));
  if (!payload || !decodeBase64Url(parts->at(2))) return refused("the token is not base64url");
  if (payload->empty() || parts->at(2).empty()) return refused("the token is not a signed token");
  cjose_err failure{};
  const SignaturePointer jws(cjose_jws_import(compact.data(), compact.size(), &failure));
  if (!jws || !cjose_jws_verify(jws.get(), key.impl().handle(), &failure)) {
    return refused("the token's signature is wrong");
  }
  return *std::move(payload);
}

Result<std::string> signJws(std::string_view payload, const JwsKey& key) {
  if (!key.impl().canSign) return Error(Code::kInvalid, "the key is only a public one");
  cjose_err failure{};
  const HeaderPointer header(cjose_header_new(&failure));
  if (!header ||
      !cjose_header_set(header.get(), CJOSE_HDR_ALG, toString(key.algorithm()).data(), &failure) ||
      !cjose_header_set(header.get(), "typ", "JWT", &failure) ||
      (!key.id().empty() &&
       !cjose_header_set(header.get(), CJOSE_HDR_KID, key.id().c_str(), &failure))) {
    return Error(Code::kInternal, "the signature's header cannot be made");
  }
  const SignaturePointer jws(cjose_jws_sign(key.impl().handle(), header.get(),
                                            reinterpret_cast<const std::uint8_t*>(payload.data()),
                                            payload.size(), &failure));
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, &failure)) {
    return Error(Code::kInternal, "the payload cannot be signed");
  }
  return std::string(compact);
}

}  // namespace sw::base
