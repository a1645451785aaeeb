#include "adapters/push/ec_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "base/base64.h"
#include "base/json.h"

namespace sw::adapters::push {

using base::Code;
using base::Error;
using base::Result;

namespace {

template <auto Release>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, Free<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

constexpr const char* kCurve = "P-256";
constexpr std::size_t kCoordinate = 32;

Error noLibrary() { return {Code::kInternal, "OpenSSL cannot work with a key on P-256"}; }

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A key of a public point, and of a private number where one is given; null when it is none.
Key makeKey(std::string_view point, const BIGNUM* number) {
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kCurve, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return {};
  }
  if (number != nullptr &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number) != 1) {
    return {};
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key,
                        number == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                        params.get()) != 1) {
    return {};
  }
  return Key(key);
}

/// The public point of a private number, uncompressed; empty when there is none.
std::string pointOf(const BIGNUM* number) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  if (!group || BN_is_zero(number) == 1 || BN_cmp(number, EC_GROUP_get0_order(group.get())) >= 0) {
    return {};
  }
  const Point point(EC_POINT_new(group.get()));
  std::string out(EcKey::kPublicBytes, '\0');
  if (!point || EC_POINT_mul(group.get(), point.get(), number, nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(out.data()), out.size(),
                         nullptr) != out.size()) {
    return {};
  }
  return out;
}

}  // namespace

struct EcKey::Impl {
  Key key;
  Number number;
  std::string point;
};

Result<EcKey> EcKey::fromPrivate(std::string_view number) {
  if (number.size() != kPrivateBytes) {
    return Error(Code::kInvalid, "a private key on P-256 has 32 bytes");
  }
  auto impl = std::make_shared<Impl>();
  impl->number.reset(BN_bin2bn(bytes(number), static_cast<int>(number.size()), nullptr));
  if (!impl->number) return noLibrary();
  BN_set_flags(impl->number.get(), BN_FLG_CONSTTIME);
  impl->point = pointOf(impl->number.get());
  if (impl->point.empty()) return Error(Code::kInvalid, "not a private key on P-256");
  impl->key = makeKey(impl->point, impl->number.get());
  if (!impl->key) return noLibrary();
  return EcKey(std::move(impl));
}

Result<EcKey> EcKey::generate() {
  const Key made(EVP_EC_gen(kCurve));
  BIGNUM* number = nullptr;
  if (!made || EVP_PKEY_get_bn_param(made.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1) {
    return noLibrary();
  }
  const Number owned(number);
  std::string text(kPrivateBytes, '\0');
  if (BN_bn2binpad(owned.get(), reinterpret_cast<unsigned char*>(text.data()),
                   static_cast<int>(text.size())) < 0) {
    return noLibrary();
  }
  return fromPrivate(text);
}

std::string EcKey::privateNumber() const {
  std::string out(kPrivateBytes, '\0');
  BN_bn2binpad(impl_->number.get(), reinterpret_cast<unsigned char*>(out.data()),
               static_cast<int>(out.size()));
  return out;
}

const std::string& EcKey::publicPoint() const { return impl_->point; }

Result<std::string> EcKey::sharedSecret(std::string_view peer) const {
  const Key other = makeKey(peer, nullptr);
  if (!other) return Error(Code::kInvalid, "not a public key on P-256");
  const Context check(EVP_PKEY_CTX_new(other.get(), nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) {
    return Error(Code::kInvalid, "not a public key on P-256");
  }
  const Context context(EVP_PKEY_CTX_new(impl_->key.get(), nullptr));
  std::size_t size = kCoordinate;
  std::string out(size, '\0');
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size) != 1 ||
      size != out.size()) {
    return noLibrary();
  }
  return out;
}

std::string EcKey::toJwk() const {
  const std::string_view point = impl_->point;
  std::string out;
  base::json::Writer(out)
      .beginObject()
      .field("kty", "EC")
      .field("crv", kCurve)
      .field("x", base::encodeBase64Url(point.substr(1, kCoordinate)))
      .field("y", base::encodeBase64Url(point.substr(1 + kCoordinate)))
      .field("d", base::encodeBase64Url(privateNumber()))
      .endObject();
  return out;
}

}  // namespace sw::adapters::push
