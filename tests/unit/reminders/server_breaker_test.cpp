#include "reminders/server_breaker.h"

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"

namespace sw::reminders {
namespace {

using namespace std::chrono_literals;

constexpr const char* kServer = "https://push.example.com";

class ServerBreakerTest : public ::testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.failed(kServer, std::nullopt);
  }
  fakes::FakeClock clock_;
  ServerBreaker breaker_{clock_};
};

TEST_F(ServerBreakerTest, LeavesAServerAloneAfterFiveFailuresInARow) {
  fail(4);
  EXPECT_TRUE(breaker_.allows(kServer));
  EXPECT_EQ(breaker_.open(), 0U);
  fail(1);
  EXPECT_FALSE(breaker_.allows(kServer));
  EXPECT_TRUE(breaker_.allows("https://other.example.com"));
  EXPECT_EQ(breaker_.open(), 1U);
}

TEST_F(ServerBreakerTest, ForgetsFailuresOnceTheServerAnswers) {
  fail(4);
  EXPECT_TRUE(breaker_.succeeded(kServer));
  EXPECT_FALSE(breaker_.succeeded(kServer));
  fail(4);
  EXPECT_TRUE(breaker_.allows(kServer));
}

TEST_F(ServerBreakerTest, LetsOneCallTryTheServerAndWaitsLongerEachTime) {
  fail(5);
  std::chrono::seconds pause = ServerBreaker::kFirstPause;
  for (int i = 0; i < 8; ++i) {
    clock_.advance(pause - 1s);
    EXPECT_FALSE(breaker_.allows(kServer)) << i;
    clock_.advance(1s);
    EXPECT_TRUE(breaker_.allows(kServer)) << i;
    EXPECT_FALSE(breaker_.allows(kServer)) << "while another tries it";
    fail(1);
    pause = std::min<std::chrono::seconds>(pause * 2, ServerBreaker::kLongestPause);
  }
  clock_.advance(ServerBreaker::kLongestPause);
  EXPECT_TRUE(breaker_.allows(kServer));
  EXPECT_TRUE(breaker_.succeeded(kServer));
  EXPECT_TRUE(breaker_.allows(kServer));
  EXPECT_EQ(breaker_.open(), 0U);
}

TEST_F(ServerBreakerTest, CountsFailuresThatWereOnTheirWayOnlyOnce) {
  fail(50);
  clock_.advance(ServerBreaker::kFirstPause);
  EXPECT_TRUE(breaker_.allows(kServer));
}

TEST_F(ServerBreakerTest, TriesAgainWhenATrialNeverSaidWhatCameOfIt) {
  fail(5);
  clock_.advance(ServerBreaker::kFirstPause);
  EXPECT_TRUE(breaker_.allows(kServer));
  clock_.advance(ServerBreaker::kTrial);
  EXPECT_TRUE(breaker_.allows(kServer));
}

TEST_F(ServerBreakerTest, DoesAsTheServerAsksButNotForEver) {
  breaker_.failed(kServer, 120s);
  EXPECT_FALSE(breaker_.allows(kServer));
  clock_.advance(119s);
  EXPECT_FALSE(breaker_.allows(kServer));
  clock_.advance(1s);
  EXPECT_TRUE(breaker_.allows(kServer));
  breaker_.failed(kServer, std::chrono::hours(48));
  clock_.advance(ServerBreaker::kLongestWish);
  EXPECT_TRUE(breaker_.allows(kServer));
}

TEST_F(ServerBreakerTest, RemembersABoundedNumberOfServers) {
  fail(5);
  for (std::size_t i = 0; i < 2 * ServerBreaker::kServers; ++i) {
    breaker_.failed("https://" + std::to_string(i) + ".example.com", std::nullopt);
  }
  EXPECT_FALSE(breaker_.allows(kServer)) << "those that work are forgotten first";
}

TEST(ReadRetryAfter, TakesSecondsAndNothingElse) {
  EXPECT_EQ(readRetryAfter("120"), 120s);
  EXPECT_EQ(readRetryAfter(" 0 "), 0s);
  for (const char* text :
       {"", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "12x", "99999999999999999999"}) {
    EXPECT_EQ(readRetryAfter(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sw::reminders
