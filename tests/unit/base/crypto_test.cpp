#include "base/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace sw::base {
namespace {

TEST(CryptoTest, HashesTheVectorsOfTheStandard) {
  // FIPS 180-4 examples.
  EXPECT_EQ(toHex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(toHex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(toHex(sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(CryptoTest, AuthenticatesTheVectorsOfTheStandard) {
  // RFC 4231, test cases 1, 2 and 6.
  EXPECT_EQ(toHex(hmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(toHex(hmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(toHex(hmacSha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(CryptoTest, DerivesAnotherKeyForEachPurpose) {
  EXPECT_NE(deriveKey("secret", "pages"), deriveKey("secret", "cookies"));
  EXPECT_EQ(deriveKey("secret", "pages"), deriveKey("secret", "pages"));
}

TEST(CryptoTest, ComparesSecretsOfAnyLength) {
  EXPECT_TRUE(equalSecrets("", ""));
  EXPECT_TRUE(equalSecrets("same", "same"));
  EXPECT_FALSE(equalSecrets("same", "sama"));
  EXPECT_FALSE(equalSecrets("same", "samee"));
  EXPECT_FALSE(equalSecrets("", "x"));
}

TEST(CryptoTest, MakesTokensThatDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(randomToken());
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.begin()->size(), 43U);
}

}  // namespace
}  // namespace sw::base
