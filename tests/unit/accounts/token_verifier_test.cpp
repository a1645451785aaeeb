#include "accounts/token_verifier.h"

#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "fakes/fresh_keys.h"

namespace sw::accounts {
namespace {

using base::Code;

constexpr std::string_view kSecret = "a secret of 32 bytes for the tests";
constexpr std::int64_t kNow = 1767603600;  // where the fake clock stands

/// A set of keys that a test changes, and that counts how often it is asked.
class FakeKeySource final : public KeySource {
 public:
  base::Task<base::Result<std::string>> fetch() override {
    ++fetches;
    if (fails) co_return base::Error(Code::kIo, "away");
    co_return R"({"keys":[)" + keys + "]}";
  }

  std::string keys;
  bool fails = false;
  int fetches = 0;
};

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() { source_.keys = first_.publicJwk; }

  static std::string sign(const std::string& jwk, const std::string& payload) {
    const auto document = base::json::Document::parse(jwk);
    return *base::signJws(payload, *base::JwsKey::fromJwk(document->root()));
  }
  static std::string own(const std::string& payload) {
    return *base::signJws(payload, *base::JwsKey::fromSecret(kSecret));
  }
  static std::string at(std::int64_t seconds) { return std::to_string(kNow + seconds); }

  Code codeOf(const std::string& token) {
    const auto claims = base::runBlocking(verifier_.verify(token));
    return claims.ok() ? Code::kInternal : claims.error().code();
  }
  base::Result<Claims> verify(const std::string& token) {
    return base::runBlocking(verifier_.verify(token));
  }

  const std::string published_ =
      R"({"sub":"ann","iss":"https://id","aud":"worker","exp":)" + at(60) + "}";
  fakes::FreshKey first_ = fakes::freshEcKey("first");
  fakes::FreshKey second_ = fakes::freshEcKey("second");
  fakes::FakeClock clock_;
  FakeKeySource source_;
  PublishedKeys keys_{source_, clock_};
  TokenVerifier verifier_{{*base::JwsKey::fromSecret(kSecret), &keys_, {"https://id", "worker"}},
                          clock_};
};

TEST_F(TokenVerifierTest, ReadsTheClaimsOfAGoodToken) {
  const auto claims = verify(
      own(R"({"sub":"ann","exp":)" + at(60) + R"(,"role":"operator","zoneinfo":"Europe/Berlin",)" +
          R"("email":"ANN@example.org","email_verified":true,"name":"Ann"})"));
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->subject, "ann");
  EXPECT_TRUE(claims->isOperator);
  EXPECT_EQ(claims->timeZone, "Europe/Berlin");
  EXPECT_EQ(claims->email, "ann@example.org");
  EXPECT_TRUE(claims->emailVerified);
  EXPECT_EQ(claims->name, "Ann");
}

TEST_F(TokenVerifierTest, RefusesWrongClaims) {
  const std::string exp = R"(,"exp":)" + at(60);
  const std::string payloads[] = {
      "{}",
      R"({"sub":"ann"})",
      R"({"sub":"ann","exp":"tomorrow"})",
      R"({"sub":"ann","exp":-1})",
      R"({"sub":"ann","exp":null})",
      R"({"sub":"ann","exp":)" + at(-31) + "}",
      R"({"sub":"ann","nbf":)" + at(31) + exp + "}",
      R"({"sub":"ann","nbf":"x")" + exp + "}",
      R"({"sub":"")" + exp + "}",
      R"({"sub":7)" + exp + "}",
      R"({"sub":"a\nb")" + exp + "}",
      R"({"sub":"a\u0000b")" + exp + "}",
      R"({"sub":")" + std::string(256, 'a') + '"' + exp + "}",
      R"([])",
      R"("ann")",
      "not json",
  };
  for (const std::string& payload : payloads) {
    EXPECT_EQ(codeOf(own(payload)), Code::kUnauthenticated) << payload;
  }
}

TEST_F(TokenVerifierTest, AllowsClocksToDifferALittle) {
  EXPECT_TRUE(verify(own(R"({"sub":"ann","exp":)" + at(-29) + "}")).ok());
  EXPECT_TRUE(verify(own(R"({"sub":"ann","nbf":)" + at(29) + R"(,"exp":)" + at(60) + "}")).ok());
  EXPECT_TRUE(verify(own(R"({"sub":"ann","exp":1e300})")).ok());
}

TEST_F(TokenVerifierTest, LeavesOutWhatIsNoProperFactAboutThePerson) {
  const auto claims = verify(own(R"({"sub":"ann","exp":)" + at(60) +
                                 R"(,"zoneinfo":"Mars/Olympus","email":"nobody","name":["x"],)" +
                                 R"("email_verified":true,"role":"admin"})"));
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->timeZone, "");
  EXPECT_EQ(claims->email, "");
  EXPECT_FALSE(claims->emailVerified);
  EXPECT_EQ(claims->name, "");
  EXPECT_FALSE(claims->isOperator);
}

TEST_F(TokenVerifierTest, DemandsIssuerAndAudienceOfPublishedKeys) {
  EXPECT_TRUE(verify(sign(first_.privateJwk, published_)).ok());
  EXPECT_TRUE(verify(sign(first_.privateJwk, R"({"sub":"ann","iss":"https://id","aud":["x",)"
                                             R"("worker"],"exp":)" +
                                                 at(60) + "}"))
                  .ok());
  const std::string wrong[] = {R"("iss":"https://id")",
                               R"("aud":"worker")",
                               R"("iss":"https://evil","aud":"worker")",
                               R"("iss":"https://id","aud":"other")",
                               R"("iss":"https://id","aud":["other"])",
                               R"("iss":["https://id"],"aud":"worker")"};
  for (const std::string& claims : wrong) {
    const std::string payload = R"({"sub":"ann",)" + claims + R"(,"exp":)" + at(60) + "}";
    EXPECT_EQ(codeOf(sign(first_.privateJwk, payload)), Code::kUnauthenticated) << claims;
  }
}

TEST_F(TokenVerifierTest, AsksForKeysAgainWhenTheIssuerHasChangedThem) {
  EXPECT_FALSE(verifier_.verifyNow(sign(first_.privateJwk, published_)).has_value());
  EXPECT_TRUE(verify(sign(first_.privateJwk, published_)).ok());
  EXPECT_TRUE(verifier_.verifyNow(sign(first_.privateJwk, published_)).has_value());
  EXPECT_EQ(source_.fetches, 1);
  source_.keys = second_.publicJwk;
  // At most once in a while, or anybody could make us ask all the time.
  EXPECT_EQ(codeOf(sign(second_.privateJwk, published_)), Code::kUnauthenticated);
  EXPECT_EQ(source_.fetches, 1);
  clock_.advance(PublishedKeys::kMinInterval);
  EXPECT_TRUE(verify(sign(second_.privateJwk, published_)).ok());
  EXPECT_EQ(codeOf(sign(first_.privateJwk, published_)), Code::kUnauthenticated);
  EXPECT_EQ(source_.fetches, 2);
}

TEST_F(TokenVerifierTest, KeepsTheLastGoodKeysWhenTheSourceFails) {
  EXPECT_TRUE(verify(sign(first_.privateJwk, published_)).ok());
  source_.fails = true;
  clock_.advance(PublishedKeys::kMinInterval);
  EXPECT_EQ(codeOf(sign(second_.privateJwk, published_)), Code::kUnauthenticated);
  EXPECT_EQ(source_.fetches, 2);
  EXPECT_TRUE(verifier_.verifyNow(sign(first_.privateJwk, published_)).has_value());
  source_.fails = false;
  source_.keys = "7";
  clock_.advance(PublishedKeys::kMaxAge);
  const std::string later =
      R"({"sub":"ann","iss":"https://id","aud":"worker","exp":)" + at(90000) + "}";
  EXPECT_TRUE(verify(sign(first_.privateJwk, later)).ok());
}

TEST_F(TokenVerifierTest, SaysUnavailableWhileNoKeysCouldBeHad) {
  source_.fails = true;
  EXPECT_EQ(codeOf(sign(first_.privateJwk, published_)), Code::kUnavailable);
}

TEST_F(TokenVerifierTest, AcceptsOnlyWhatIsConfigured) {
  TokenVerifier onlySecret({*base::JwsKey::fromSecret(kSecret), nullptr, {}}, clock_);
  TokenVerifier onlyKeys({std::nullopt, &keys_, {}}, clock_);
  const std::string mine = own(R"({"sub":"ann","exp":)" + at(60) + "}");
  const std::string theirs = sign(first_.privateJwk, published_);
  EXPECT_TRUE(base::runBlocking(onlySecret.verify(mine)).ok());
  EXPECT_FALSE(base::runBlocking(onlySecret.verify(theirs)).ok());
  EXPECT_FALSE(base::runBlocking(onlyKeys.verify(mine)).ok());
  EXPECT_TRUE(base::runBlocking(onlyKeys.verify(theirs)).ok());
}

}  // namespace
}  // namespace sw::accounts
