#include <gtest/gtest.h>

#include "adapters/sentry/rate_limits.h"
#include "adapters/sentry/repeat_limit.h"
#include "fakes/fake_clock.h"

namespace sw::adapters::sentry {
namespace {

using namespace std::chrono_literals;

http::ClientResponse answer(int status, std::vector<std::pair<std::string, std::string>> headers) {
  http::ClientResponse made;
  made.status = status;
  made.headers = std::move(headers);
  return made;
}

struct RateLimitsTest : testing::Test {
  fakes::FakeClock clock;
  RateLimits limits{clock};
};

TEST_F(RateLimitsTest, HoldBackTheCategoriesThatAreNamed) {
  limits.update(answer(200, {{"x-sentry-rate-limits",
                              "60:error;transaction:key:quota, 2700:attachment:organization"}}));
  EXPECT_EQ(limits.wait("error"), 60s);
  EXPECT_EQ(limits.wait("internal"), 0s);
  clock.advance(59s);
  EXPECT_EQ(limits.wait("error"), 1s);
  clock.advance(1s);
  EXPECT_EQ(limits.wait("error"), 0s);
}

TEST_F(RateLimitsTest, WithoutCategoriesAreForAll) {
  limits.update(answer(429, {{"x-sentry-rate-limits", "30::organization"}, {"retry-after", "90"}}));
  EXPECT_EQ(limits.wait("error"), 30s);
  EXPECT_EQ(limits.wait("internal"), 30s);
}

TEST_F(RateLimitsTest, FallBackToRetryAfterAndToAMinute) {
  limits.update(answer(429, {{"retry-after", "7"}}));
  EXPECT_EQ(limits.wait("error"), 7s);
  clock.advance(7s);
  limits.update(answer(429, {}));
  EXPECT_EQ(limits.wait("error"), 60s);
  clock.advance(60s);
  limits.update(answer(429, {{"x-sentry-rate-limits", "nonsense:error"}, {"retry-after", "soon"}}));
  EXPECT_EQ(limits.wait("error"), 60s);
}

TEST_F(RateLimitsTest, KeepTheLongestAndNeverMoreThanADay) {
  limits.update(answer(200, {{"x-sentry-rate-limits", "100:error"}}));
  limits.update(answer(200, {{"x-sentry-rate-limits", "10:error, 1e30:internal, -5:internal"}}));
  EXPECT_EQ(limits.wait("error"), 100s);
  EXPECT_EQ(limits.wait("internal"), 24h);
  limits.update(answer(200, {{"retry-after", "1000"}}));  // only of a 429
  EXPECT_EQ(limits.wait("error"), 100s);
}

struct RepeatLimitTest : testing::Test {
  fakes::FakeClock clock;
  RepeatLimit limit{clock};
};

TEST_F(RepeatLimitTest, LetsAFewOfAKindPassAndCountsTheRest) {
  for (std::uint32_t i = 0; i < RepeatLimit::kOfOne; ++i) EXPECT_EQ(limit.pass("a"), 0U);
  EXPECT_FALSE(limit.pass("a").has_value());
  EXPECT_FALSE(limit.pass("a").has_value());
  EXPECT_EQ(limit.pass("b"), 0U);
  clock.advance(RepeatLimit::kWindow);
  EXPECT_EQ(limit.pass("a"), 2U);
  EXPECT_EQ(limit.pass("a"), 0U);
}

TEST_F(RepeatLimitTest, LimitsAllTogetherAndRemembersABoundedNumber) {
  std::uint32_t passed = 0;
  for (std::size_t i = 0; i < RepeatLimit::kRemembered * 2; ++i) {
    if (limit.pass("kind " + std::to_string(i))) ++passed;
  }
  EXPECT_EQ(passed, RepeatLimit::kOfAll);
}

}  // namespace
}  // namespace sw::adapters::sentry
