#include "obs/trace_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text.h"
#include "unit/obs/trace_fixture.h"

namespace sw::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TraceMask, TakesSecretsOutOfAddresses) {
  const TraceMask mask{Redactor()};
  const std::pair<const char*, const char*> cases[] = {
      {"/events", "/events"},
      {"/events?from=2026-01-01&q=dentist", "/events?from=[redacted]&q=[redacted]"},
      {"/events?secret", "/events?[redacted]"},
      {"/events?empty=&x=1", "/events?empty=&x=[redacted]"},
      {"/events#code=abc", "/events#[redacted]"},
      {"/feeds/AbC123xyz.ics", "/feeds/[redacted]"},
      {"/%66eeds/AbC123", "/%66eeds/[redacted]"},
      {"/FEEDS//AbC123", "/FEEDS//[redacted]"},
      {"/auth/sign-in/AbC123/next", "/auth/sign-in/[redacted]/next"},
      {"/calendars/0194388e-5c00-7abc-8def-0123456789ab/events",
       "/calendars/0194388e-5c00-7abc-8def-0123456789ab/events"},
      {"/events/0194388e-5c00-7abc-8def-0123456789ab_20260101T000000Z",
       "/events/0194388e-5c00-7abc-8def-0123456789ab_20260101T000000Z"},
      {"/x/0123456789abcdef0123456789abcdef01", "/x/[redacted]"},
      {"https://user:pass@host:8443/events?a=b",
       "https://[redacted]@host:8443/events?a=[redacted]"},
      {"http://host", "http://host"},
      {"", ""},
      {"/", "/"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(mask.url(given), expected) << given;
  EXPECT_EQ(mask.query("a=1&b=2&c"), "a=[redacted]&b=[redacted]&[redacted]");
  EXPECT_EQ(mask.query(""), "");
}

TEST(TraceMask, HashesUsersAlikeUnderOneKeyAndDifferentlyUnderAnother) {
  TraceMask one{Redactor()};
  TraceMask two{Redactor()};
  EXPECT_NE(one.user("user123"), two.user("user123"));
  const base::Sha256 key = base::sha256("a key");
  one.setUserKey(key);
  two.setUserKey(key);
  EXPECT_EQ(one.user("user123"), two.user("user123"));
  EXPECT_NE(one.user("user123"), one.user("user124"));
  EXPECT_EQ(one.user("user123").size(), 16U);
  EXPECT_EQ(one.user("user123").find("user"), std::string::npos);
}

// A secret planted wherever text enters a trace comes out nowhere.
TEST(TraceMask, NoPlantedSecretComesThrough) {
  std::minstd_rand random(20260105);
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  for (int round = 0; round < 500; ++round) {
    std::string secret;
    while (secret.size() < 20) secret.push_back(letters[random() % letters.size()]);
    Redactor redactor;
    redactor.addSecret(secret);
    const TraceMask mask(redactor);

    Instruments obs;
    TraceList list;
    Tracer tracer({}, {.exporter = &list, .recorder = nullptr}, obs.clock);
    const std::string path = round % 2 == 0 ? "/feeds/" + secret : "/events/" + secret;
    ActiveTrace trace = tracer.begin(
        {.requestId = secret, .path = path, .query = "token=" + secret + "&" + secret});
    const std::string bearer = "Authorization: Bearer " + secret;
    const std::string url = "https://" + secret + "@host/" + secret + "?x=" + secret;
    const Attribute attributes[] = {attribute("text", bearer), attribute("plain", secret),
                                    urlAttribute("url", url), queryAttribute("query", secret),
                                    userAttribute("user.id", secret)};
    {
      const base::ContextScope scope(trace.scope());
      recordSpan({.name = "span", .attributes = attributes});
      recordEvent("event", attributes);
    }
    trace.finish(Verdict::kFailed, {.name = "root", .attributes = attributes});
    KeptTrace& kept = *list.traces.at(0);
    ASSERT_NE(kept.texts.find(secret), std::string::npos);
    mask.apply(kept);
    EXPECT_THAT(kept.texts, Not(HasSubstr(secret)));
    EXPECT_THAT(kept.target, Not(HasSubstr(secret)));
    EXPECT_THAT(kept.requestId, Not(HasSubstr(secret)));
    EXPECT_EQ(attributeOf(kept, kept.spans.back(), "plain"), Redactor::kMask);
  }
}

// What is secret by where it stands needs no configuration to be found.
TEST(TraceMask, UnknownSecretsInAddressesDoNotComeThrough) {
  const TraceMask mask{Redactor()};
  std::minstd_rand random(7);
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_%.~";
  for (int round = 0; round < 2'000; ++round) {
    std::string secret = "S3";
    while (secret.size() < 43) secret.push_back(letters[random() % letters.size()]);
    for (const std::string& url :
         {"/feeds/" + secret, "/feeds/" + secret + ".ics", "/a/" + secret + "/b", "/a?" + secret,
          "/a?k=" + secret, "/a?k=v&x=" + secret, "http://u:" + secret + "@h/a", "/a#" + secret}) {
      EXPECT_THAT(mask.url(url), Not(HasSubstr(secret))) << url;
    }
  }
}

TEST(TraceMask, TextsComeOutAsUtf8) {
  const TraceMask mask{Redactor()};
  EXPECT_TRUE(base::isUtf8(mask.text("a\xff\xc3")));
  EXPECT_TRUE(base::isUtf8(mask.url("/\xff?\xc3=1")));
}

}  // namespace
}  // namespace sw::obs
