#include <gtest/gtest.h>

#include "api/etag.h"
#include "api/presented.h"
#include "api/rate_limiter.h"
#include "api/request_id.h"
#include "api/router.h"
#include "api/trusted_proxies.h"
#include "fakes/fake_clock.h"

namespace sw::api {
namespace {

TEST(EtagTest, ComparesStronglyForWritesAndWeaklyForReads) {
  for (const char* list : {"\"7\"", "\"1\", \"7\"", "*", " \"7\" ", "\"7-gzip\"", "\"7-br\""}) {
    EXPECT_TRUE(ifMatchNames(list, "\"7\"")) << list;
    EXPECT_TRUE(ifNoneMatchNames(list, "\"7\"")) << list;
  }
  for (const char* list : {"\"8\"", "7", "\"77\"", "\"7", "\"\"", "\"7-zip\"", "'7'", ","}) {
    EXPECT_FALSE(ifMatchNames(list, "\"7\"")) << list;
    EXPECT_FALSE(ifNoneMatchNames(list, "\"7\"")) << list;
  }
  EXPECT_FALSE(ifMatchNames("W/\"7\"", "\"7\""));
  EXPECT_TRUE(ifNoneMatchNames("W/\"7\"", "\"7\""));
}

TEST(CookieTest, FindsTheWholeNameOnly) {
  const auto of = [](std::string_view text) {
    RequestHead head;
    head.headers = {{"COOKIE", text}};
    return std::string(cookie(head, "sw_session"));
  };
  EXPECT_EQ(of("sw_session=abc"), "abc");
  EXPECT_EQ(of("a=b;sw_session=abc ; c=d"), "abc");
  EXPECT_EQ(of("sw_session=abc=="), "abc==");
  EXPECT_EQ(of("sw_session=first; sw_session=second"), "first");
  for (const char* text : {"", ";", "sw_session", "sw_session=", "xsw_session=abc",
                           "sw_sessions=abc", "SW_SESSION=abc", "a=sw_session=abc"}) {
    EXPECT_EQ(of(text), "") << text;
  }
}

class TrustedProxiesTest : public ::testing::Test {
 protected:
  TrustedProxies::Origin originOf(std::string_view remote, std::string_view forwarded,
                                  std::string_view protocol = {}) {
    head_.remoteAddress = remote;
    head_.headers.clear();
    if (!forwarded.empty()) head_.headers.push_back({"X-Forwarded-For", forwarded});
    if (!protocol.empty()) head_.headers.push_back({"X-Forwarded-Proto", protocol});
    return proxies_.originOf(head_);
  }

  RequestHead head_;
  TrustedProxies proxies_ = *TrustedProxies::parse("10.0.0.0/8, 2001:db8::/33, 127.0.0.1");
};

TEST_F(TrustedProxiesTest, BelievesOnlyTrustedHops) {
  EXPECT_EQ(originOf("10.1.1.1", "198.51.100.7").address, "198.51.100.7");
  EXPECT_EQ(originOf("192.0.2.1", "198.51.100.7").address, "192.0.2.1");
  EXPECT_EQ(originOf("11.0.0.1", "198.51.100.7").address, "11.0.0.1");
  EXPECT_EQ(originOf("::ffff:10.1.1.1", "198.51.100.7").address, "198.51.100.7");
  EXPECT_EQ(originOf("2001:db8:7fff::1", "198.51.100.7").address, "198.51.100.7");
  EXPECT_EQ(originOf("2001:db8:8000::1", "198.51.100.7").address, "2001:db8:8000::1");
}

TEST_F(TrustedProxiesTest, StopsAtTheLastAddressThatIsNotTrusted) {
  // What stands left of it is the client's own invention.
  EXPECT_EQ(originOf("10.1.1.1", "1.2.3.4, 198.51.100.7, 10.2.2.2").address, "198.51.100.7");
  EXPECT_EQ(originOf("10.1.1.1", "10.3.3.3, 10.2.2.2").address, "10.3.3.3");
  EXPECT_EQ(originOf("10.1.1.1", "evil, 10.2.2.2").address, "10.2.2.2");
  EXPECT_EQ(originOf("10.1.1.1", "garbage").address, "10.1.1.1");
  EXPECT_EQ(originOf("10.1.1.1", ",,,").address, "10.1.1.1");
  EXPECT_EQ(originOf("10.1.1.1", "[2001:db9::5]:4711").address, "2001:db9::5");
  EXPECT_EQ(originOf("10.1.1.1", "198.51.100.7:4711").address, "198.51.100.7");
}

TEST_F(TrustedProxiesTest, LearnsOfTlsFromTrustedProxiesOnly) {
  EXPECT_TRUE(originOf("127.0.0.1", "", "https").secure);
  EXPECT_FALSE(originOf("127.0.0.1", "", "http").secure);
  EXPECT_FALSE(originOf("127.0.0.1", "", "https, http").secure);
  EXPECT_FALSE(originOf("192.0.2.1", "", "https").secure);
}

TEST_F(TrustedProxiesTest, RefusesListsThatAreNone) {
  for (const char* bad : {"localhost", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/x",
                          "10.0.0.0/", "10.0.0.1, nonsense", "10.0.0.0/-1"}) {
    EXPECT_EQ(TrustedProxies::parse(bad).error().code(), base::Code::kConfiguration) << bad;
  }
  EXPECT_TRUE(TrustedProxies::parse("").ok());
  EXPECT_TRUE(TrustedProxies::parse("0.0.0.0/0, ::/0").ok());
}

TEST(RateLimiterTest, FillsEvenlyAndForgetsNobodyWhoIsActive) {
  fakes::FakeClock clock;
  RateLimiter limiter(
      {.enabled = true, .readsPerMinute = 60, .writesPerMinute = 6, .anonymousPerMinute = 1},
      clock);
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_FALSE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_TRUE(limiter.take("a", RateClass::kWrite).allowed);
  clock.advance(std::chrono::milliseconds(1000));
  EXPECT_TRUE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_FALSE(limiter.take("a", RateClass::kRead).allowed);
  clock.advance(std::chrono::hours(1));
  const RateDecision full = limiter.take("a", RateClass::kRead);
  EXPECT_EQ(full.remaining, 59);
  EXPECT_EQ(full.limit, 60);
}

TEST(RateLimiterTest, HoldsABurstAndFillsByTheLimitOfAMinute) {
  fakes::FakeClock clock;
  RateLimiter limiter({.readsPerMinute = 600, .heavyPerMinute = 2, .burst = 5}, clock);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_FALSE(limiter.take("a", RateClass::kRead).allowed);
  clock.advance(std::chrono::milliseconds(100));  // 600 a minute are 10 a second
  EXPECT_TRUE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_FALSE(limiter.take("a", RateClass::kRead).allowed);
  EXPECT_TRUE(limiter.take("a", RateClass::kHeavy).allowed);
  EXPECT_TRUE(limiter.take("a", RateClass::kHeavy).allowed);
  EXPECT_FALSE(limiter.take("a", RateClass::kHeavy).allowed) << "the limit is below the burst";
}

TEST(RateLimiterTest, LooksWithoutTaking) {
  fakes::FakeClock clock;
  RateLimiter limiter({.failuresPerMinute = 1}, clock);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.look("a", RateClass::kFailure).allowed);
  EXPECT_TRUE(limiter.take("a", RateClass::kFailure).allowed);
  const RateDecision refused = limiter.look("a", RateClass::kFailure);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retryAfter, std::chrono::seconds(60));
  EXPECT_TRUE(limiter.look("b", RateClass::kFailure).allowed);
}

TEST(RouterTest, PrefersFixedSegmentsAndKeepsParameters) {
  Router router;
  const auto nothing = [](RequestScope&) { return base::Task<base::Result<Response>>(); };
  router.add({.method = Method::kGet, .pattern = "/", .handler = nothing});
  router.add({.method = Method::kGet, .pattern = "/events/{eventId}", .handler = nothing});
  router.add({.method = Method::kPost, .pattern = "/events/batch", .handler = nothing});
  router.add({.method = Method::kDelete, .pattern = "/a/{x}/b/{y}", .handler = nothing});
  const auto match = [&](Method method, std::string_view path) {
    const auto found = router.match(method, path);
    return found.route == nullptr ? std::string(found.pathExists ? "405" : "404")
                                  : std::string(found.route->pattern);
  };
  EXPECT_EQ(match(Method::kGet, "/"), "/");
  EXPECT_EQ(match(Method::kGet, "/events/7"), "/events/{eventId}");
  EXPECT_EQ(match(Method::kHead, "/events/7"), "/events/{eventId}");
  EXPECT_EQ(match(Method::kPost, "/events/batch"), "/events/batch");
  EXPECT_EQ(match(Method::kPost, "/events/7"), "405");
  const auto deep = router.match(Method::kDelete, "/a/%2F/b/2");
  ASSERT_NE(deep.route, nullptr);
  EXPECT_EQ(deep.parameters.find("x"), "%2F");
  EXPECT_EQ(deep.parameters.find("y"), "2");
  EXPECT_EQ(deep.parameters.find("z"), "");
  for (const char* path : {"", "events", "/events", "/events/", "/events/7/", "//", "//events/7",
                           "/events//7", "/a/1/b/2/c", "/EVENTS/7", "/events/7/x", "*"}) {
    EXPECT_EQ(match(Method::kGet, path), "404") << path;
  }
  EXPECT_EQ(router.allowed("/events/batch"), "POST, OPTIONS");
  EXPECT_EQ(router.allowed("/events/7"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(router.allowed("/none"), "");
}

}  // namespace
}  // namespace sw::api
