#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <vector>

#include "base/base64.h"

namespace sw::fakes {

/// A key pair made for a test, as JSON Web Keys.
struct FreshKey {
  std::string privateJwk;
  std::string publicJwk;
};

namespace detail {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// A number of the key, big-endian, in base64url; `width` pads it with zeros.
inline std::string numberOf(const KeyPointer& key, const char* name, int width = 0) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), name, &number) != 1) return {};
  std::vector<std::uint8_t> bytes(
      static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number)));
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  BN_clear_free(number);
  return base::encodeBase64Url(bytes);
}

inline std::string member(const std::string& name, const std::string& value) {
  return ",\"" + name + "\":\"" + value + '"';
}

}  // namespace detail

/// An RSA key; `more` is appended to both, as in `,"alg":"RS256"`.
inline FreshKey freshRsaKey(const std::string& id, const std::string& more = "",
                            unsigned bits = 2048) {
  const detail::KeyPointer key(EVP_RSA_gen(bits), &EVP_PKEY_free);
  const auto number = [&](const char* name) { return detail::numberOf(key, name); };
  FreshKey made;
  made.publicJwk = R"({"kty":"RSA","kid":")" + id + '"' +
                   detail::member("n", number(OSSL_PKEY_PARAM_RSA_N)) +
                   detail::member("e", number(OSSL_PKEY_PARAM_RSA_E)) + more;
  made.privateJwk = made.publicJwk + detail::member("d", number(OSSL_PKEY_PARAM_RSA_D)) +
                    detail::member("p", number(OSSL_PKEY_PARAM_RSA_FACTOR1)) +
                    detail::member("q", number(OSSL_PKEY_PARAM_RSA_FACTOR2)) + "}";
  made.publicJwk += '}';
  return made;
}

/// A key on the curve P-256.
inline FreshKey freshEcKey(const std::string& id, const std::string& more = "") {
  constexpr int kWidth = 32;
  const detail::KeyPointer key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const auto number = [&](const char* name) { return detail::numberOf(key, name, kWidth); };
  FreshKey made;
  made.publicJwk = R"({"kty":"EC","crv":"P-256","kid":")" + id + '"' +
                   detail::member("x", number(OSSL_PKEY_PARAM_EC_PUB_X)) +
                   detail::member("y", number(OSSL_PKEY_PARAM_EC_PUB_Y)) + more;
  made.privateJwk = made.publicJwk + detail::member("d", number(OSSL_PKEY_PARAM_PRIV_KEY)) + "}";
  made.publicJwk += '}';
  return made;
}

}  // namespace sw::fakes
