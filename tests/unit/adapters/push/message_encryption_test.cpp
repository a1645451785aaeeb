#include "adapters/push/message_encryption.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace sw::adapters::push {
namespace {

using base::Code;

std::string bytes(std::string_view text) { return base::decodeBase64Url(text).value_or(""); }

// RFC 8291, appendix A.
constexpr std::string_view kPlain = "When I grow up, I want to be a watermelon";
const std::string kReceiverPublic = bytes(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
const std::string kReceiverPrivate = bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
const std::string kAuth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
const std::string kSenderPrivate = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
constexpr std::string_view kSenderPublic =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const std::string kSalt = bytes("DGv6ra1nlYgDCS1FRnbzlw");
constexpr std::string_view kMessage =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
    "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy"
    "4a-fN";

TEST(EncryptMessage, GivesTheMessageOfTheSpecification) {
  const auto sender = EcKey::fromPrivate(kSenderPrivate);
  ASSERT_TRUE(sender.ok());
  EXPECT_EQ(base::encodeBase64Url(sender->publicPoint()), kSenderPublic);
  const auto message =
      encryptMessage(kPlain, {.publicKey = kReceiverPublic, .secret = kAuth}, *sender, kSalt);
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(base::encodeBase64Url(*message), kMessage);
}

TEST(EncryptMessage, UsesAnotherKeyAndSaltEachTime) {
  const Receiver receiver{.publicKey = kReceiverPublic, .secret = kAuth};
  const auto first = encryptMessage(kPlain, receiver);
  const auto second = encryptMessage(kPlain, receiver);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->size(), second->size());
  EXPECT_NE(first->substr(0, 16), second->substr(0, 16));
  EXPECT_NE(first->substr(21, 65), second->substr(21, 65));
}

TEST(EncryptMessage, FillsAPushMessageAndNoMore) {
  const Receiver receiver{.publicKey = kReceiverPublic, .secret = kAuth};
  const auto longest = encryptMessage(std::string(kMaxPlainBytes, 'x'), receiver);
  ASSERT_TRUE(longest.ok());
  EXPECT_EQ(longest->size(), 4096U);
  const auto longer = encryptMessage(std::string(kMaxPlainBytes + 1, 'x'), receiver);
  ASSERT_FALSE(longer.ok());
  EXPECT_EQ(longer.error().code(), Code::kInvalid);
}

TEST(EncryptMessage, RefusesKeysThatAreNone) {
  std::string offCurve = kReceiverPublic;
  offCurve.back() = static_cast<char>(offCurve.back() ^ 1);
  const std::string infinity(1, '\0');
  for (const std::string& key :
       {offCurve, infinity, std::string(), std::string(65, '\x04'), kReceiverPublic.substr(1)}) {
    const auto outcome = encryptMessage(kPlain, {.publicKey = key, .secret = kAuth});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), Code::kInvalid);
  }
  EXPECT_FALSE(encryptMessage(kPlain, {.publicKey = kReceiverPublic, .secret = "short"}).ok());
}

TEST(EcKeyTest, BothSidesShareOneSecret) {
  const auto mine = EcKey::generate();
  const auto theirs = EcKey::fromPrivate(kReceiverPrivate);
  ASSERT_TRUE(mine.ok() && theirs.ok());
  EXPECT_EQ(theirs->publicPoint(), kReceiverPublic);
  const auto here = mine->sharedSecret(theirs->publicPoint());
  const auto there = theirs->sharedSecret(mine->publicPoint());
  ASSERT_TRUE(here.ok() && there.ok());
  EXPECT_EQ(*here, *there);
  EXPECT_EQ(EcKey::fromPrivate(mine->privateNumber())->publicPoint(), mine->publicPoint());
}

TEST(EcKeyTest, RefusesNumbersThatAreNoKey) {
  for (const std::string& number :
       {std::string(32, '\0'), std::string(32, '\xFF'), std::string(31, '\1'), std::string()}) {
    const auto key = EcKey::fromPrivate(number);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().code(), Code::kInvalid);
  }
}

}  // namespace
}  // namespace sw::adapters::push
