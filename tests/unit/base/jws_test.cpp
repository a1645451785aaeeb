#include "base/jws.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "fakes/fresh_keys.h"

namespace sw::base {
namespace {

constexpr std::string_view kSecret = "a secret of 32 bytes for the tests";

JwsKey keyOf(const std::string& jwk) {
  const auto document = json::Document::parse(jwk);
  return *JwsKey::fromJwk(document->root());
}

/// A compact text with any header, signed by HMAC as if that were right.
std::string forge(const std::string& header, std::string_view payload = R"({"sub":"x"})",
                  std::string_view secret = kSecret) {
  const std::string input = encodeBase64Url(header) + '.' + encodeBase64Url(payload);
  return input + '.' + encodeBase64Url(hmacSha256(secret, input));
}

TEST(JwsTest, VerifiesTheVectorOfTheStandard) {
  // RFC 7515, appendix A.1.
  const auto key = keyOf(
      R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})");
  const auto payload = verifyJws(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ"
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      key);
  ASSERT_TRUE(payload.ok()) << payload.error().describe();
  EXPECT_NE(payload->find(R"("iss":"joe")"), std::string::npos);
}

TEST(JwsTest, SignsAndVerifiesByEachAlgorithm) {
  const auto rsa = fakes::freshRsaKey("r");
  const auto ec = fakes::freshEcKey("e");
  const std::pair<JwsKey, JwsKey> pairs[] = {
      {*JwsKey::fromSecret(kSecret), *JwsKey::fromSecret(kSecret)},
      {keyOf(rsa.privateJwk), keyOf(rsa.publicJwk)},
      {keyOf(ec.privateJwk), keyOf(ec.publicJwk)}};
  for (const auto& [signer, verifier] : pairs) {
    SCOPED_TRACE(toString(signer.algorithm()));
    const auto compact = signJws(R"({"sub":"ann"})", signer);
    ASSERT_TRUE(compact.ok()) << compact.error().describe();
    const auto header = readJwsHeader(*compact);
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(header->algorithm, signer.algorithm());
    EXPECT_EQ(header->keyId, signer.id());
    EXPECT_EQ(*verifyJws(*compact, verifier), R"({"sub":"ann"})");
  }
  EXPECT_EQ(signJws("{}", keyOf(rsa.publicJwk)).error().code(), Code::kInvalid);
}

TEST(JwsTest, RefusesAChangeOfAnyCharacter) {
  const auto key = *JwsKey::fromSecret(kSecret);
  const std::string good = *signJws(R"({"sub":"ann"})", key);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifyJws(bad, key).ok()) << i;
    bad = good;
    bad.erase(i, 1);
    EXPECT_FALSE(verifyJws(bad, key).ok()) << i;
  }
}

TEST(JwsTest, RefusesAnAlgorithmThatTheKeyIsNotFor) {
  const auto rsa = fakes::freshRsaKey("r");
  const auto publicKey = keyOf(rsa.publicJwk);
  // The classic: the public key, which everybody knows, taken as the secret of an HMAC.
  const std::string forged = forge(R"({"alg":"HS256"})", R"({"sub":"x"})", rsa.publicJwk);
  EXPECT_EQ(verifyJws(forged, publicKey).error().code(), Code::kUnauthenticated);
  const std::string relabelled = forge(R"({"alg":"RS256"})");
  EXPECT_FALSE(verifyJws(relabelled, *JwsKey::fromSecret(kSecret)).ok());
  const auto other = fakes::freshRsaKey("r");
  EXPECT_FALSE(verifyJws(*signJws("{}", keyOf(other.privateJwk)), publicKey).ok());
}

TEST(JwsTest, RefusesHeadersThatItDoesNotFullyUnderstand) {
  const auto key = *JwsKey::fromSecret(kSecret);
  ASSERT_TRUE(verifyJws(forge(R"({"alg":"HS256"})"), key).ok());
  const std::string headers[] = {
      R"({"alg":"none"})",
      R"({"alg":"None"})",
      R"({"alg":"hs256"})",
      R"({"alg":""})",
      R"({"alg":null})",
      R"({"alg":["HS256"]})",
      R"({"typ":"JWT"})",
      R"({"alg":"HS512"})",
      R"({"alg":"HS256","crit":["exp"],"exp":1})",
      R"({"alg":"HS256","crit":[]})",
      R"({"alg":"HS256","b64":false})",
      R"({"alg":"HS256","kid":7})",
      R"({"alg":"none","alg":"HS256"})",
      R"({"alg":"HS256","alg":"HS256"})",
      R"({"alg":"HS256","a\"b:":1,"a\"b:":2})",
      R"(["HS256"])",
      R"("HS256")",
      "{\"alg\":\"HS256\"",
      "{\"alg\":\"HS256\"} x",
      "\xFF\xFE",
      "",
  };
  for (const std::string& header : headers) {
    const auto outcome = verifyJws(forge(header), key);
    ASSERT_FALSE(outcome.ok()) << header;
    EXPECT_EQ(outcome.error().code(), Code::kUnauthenticated) << header;
  }
}

TEST(JwsTest, RefusesTextsThatAreNoCompactForm) {
  const auto key = *JwsKey::fromSecret(kSecret);
  const std::string good = forge(R"({"alg":"HS256"})");
  const std::string unsignedText = good.substr(0, good.rfind('.') + 1);
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), good + ".",
        "." + good, good + "=", " " + good, good + "\n", unsignedText,
        forge(R"({"alg":"HS256"})", ""), std::string(kMaxJwsBytes + 1, 'a'),
        forge(R"({"alg":"HS256","x":")" + std::string(kMaxJwsBytes, 'a') + "\"}"),
        std::string("a.b.c\0d", 7)}) {
    EXPECT_FALSE(verifyJws(text, key).ok()) << text.substr(0, 40);
  }
}

TEST(JwsTest, RefusesKeysThatAreWeakOrForSomethingElse) {
  EXPECT_FALSE(JwsKey::fromSecret("31 bytes are not enough for it.").ok());
  const auto refused = [](const std::string& jwk) {
    const auto document = json::Document::parse(jwk);
    return document.ok() && !JwsKey::fromJwk(document->root()).ok();
  };
  EXPECT_TRUE(refused(fakes::freshRsaKey("r", "", 1024).publicJwk));
  EXPECT_TRUE(refused(fakes::freshRsaKey("r", R"(,"alg":"RS512")").publicJwk));
  EXPECT_TRUE(refused(fakes::freshEcKey("e", R"(,"use":"enc")").publicJwk));
  EXPECT_TRUE(refused(fakes::freshEcKey("e", R"(,"key_ops":["deriveKey"])").publicJwk));
  EXPECT_TRUE(refused(R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})"));
  EXPECT_TRUE(refused(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})"));
  EXPECT_TRUE(refused(R"({"kty":"oct","k":"c2hvcnQ"})"));
  EXPECT_TRUE(refused(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"));
  EXPECT_TRUE(refused("{}"));
  EXPECT_TRUE(refused("[]"));
}

TEST(JwsKeySetTest, FindsKeysByAlgorithmAndId) {
  const auto a = fakes::freshRsaKey("a");
  const auto b = fakes::freshEcKey("b");
  const auto c = fakes::freshEcKey("c", R"(,"use":"sig")");
  const auto set = JwsKeySet::parse(R"({"keys":[)" + a.publicJwk + ',' + b.publicJwk + ',' +
                                    c.publicJwk + R"(,{"kty":"OKP"},{"kty":"oct","k":")" +
                                    encodeBase64Url(kSecret) + R"("},7]})");
  ASSERT_TRUE(set.ok()) << set.error().describe();
  EXPECT_EQ(set->size(), 3U);
  EXPECT_NE(set->find(JwsAlgorithm::kRs256, "a"), nullptr);
  EXPECT_NE(set->find(JwsAlgorithm::kRs256, ""), nullptr);
  EXPECT_NE(set->find(JwsAlgorithm::kEs256, "c"), nullptr);
  EXPECT_EQ(set->find(JwsAlgorithm::kEs256, "a"), nullptr);
  EXPECT_EQ(set->find(JwsAlgorithm::kEs256, ""), nullptr);  // which of the two?
  EXPECT_EQ(set->find(JwsAlgorithm::kHs256, ""), nullptr);
  for (const std::string_view text :
       {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", "nonsense"}) {
    EXPECT_FALSE(JwsKeySet::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace sw::base
