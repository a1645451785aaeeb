#include "webhooks/signature.h"

#include <gtest/gtest.h>

#include <set>

#include "base/base64.h"
#include "base/sealing.h"

namespace sw::webhooks {
namespace {

using base::Code;

TEST(SignatureTest, SignsTheExampleOfTheSpecification) {
  // The example that the specification's libraries test themselves with.
  const auto key = keyOfSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(
      sign({*key}, "msg_p5jXN8AQM9LWM0D4loKWxJek",
           std::chrono::sys_seconds(std::chrono::seconds(1614265330)), R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignatureTest, SignsWithEachKeyInTurn) {
  const std::string one(32, 'a');
  const std::string two(32, 'b');
  const std::chrono::sys_seconds at{};
  EXPECT_EQ(sign({one, two}, "id", at, "x"),
            sign({one}, "id", at, "x") + " " + sign({two}, "id", at, "x"));
}

TEST(SecretTest, MakesSecretsThatReadBackAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string secret = newSecret();
    const auto key = keyOfSecret(secret);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->size(), 32U);
    seen.insert(secret);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(SecretTest, RefusesSecretsOfAnotherFormWithoutRepeatingThem) {
  const std::string shortest = "whsec_" + base::encodeBase64(std::string(24, 'k'));
  const std::string longest = "whsec_" + base::encodeBase64(std::string(64, 'k'));
  EXPECT_TRUE(keyOfSecret(shortest).ok());
  EXPECT_TRUE(keyOfSecret(longest).ok());
  const std::string bad[] = {"",
                             "whsec_",
                             "hunter2hunter2hunter2hunter2hunter2",
                             "whsec_" + base::encodeBase64(std::string(23, 'k')),
                             "whsec_" + base::encodeBase64(std::string(65, 'k')),
                             "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
                             "WHSEC_" + base::encodeBase64(std::string(32, 'k'))};
  for (const std::string& secret : bad) {
    const auto key = keyOfSecret(secret);
    ASSERT_FALSE(key.ok()) << secret;
    EXPECT_EQ(key.error().code(), Code::kInvalid);
    if (secret.size() > 6) {
      EXPECT_EQ(key.error().message().find(secret), std::string::npos);
    }
  }
}

TEST(SecretKeeperTest, OpensWhatItSealedForTheSameOwnerOnly) {
  const SecretKeeper keeper("the key of this installation, 32+ bytes");
  const std::string sealed = keeper.seal("whsec_abc", "hook-1");
  EXPECT_EQ(sealed.find("whsec_abc"), std::string::npos);
  EXPECT_NE(keeper.seal("whsec_abc", "hook-1"), sealed);
  EXPECT_EQ(*keeper.open(sealed, "hook-1"), "whsec_abc");
  EXPECT_EQ(keeper.open(sealed, "hook-2").error().code(), Code::kCorrupted);
  const SecretKeeper other("another key of another installation");
  EXPECT_EQ(other.open(sealed, "hook-1").error().code(), Code::kCorrupted);
  EXPECT_FALSE(keeper.open("", "hook-1").ok());
}

TEST(SealingTest, NoticesEveryChangedByte) {
  const std::string key(32, 'k');
  const std::string sealed = base::seal(key, "text", "use");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(base::unseal(key, changed, "use").has_value()) << i;
  }
  EXPECT_EQ(base::unseal(key, base::seal(key, "", "use"), "use"), "");
}

}  // namespace
}  // namespace sw::webhooks
