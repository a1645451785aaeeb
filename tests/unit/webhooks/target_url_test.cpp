#include "webhooks/target_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::webhooks {
namespace {

using testing::HasSubstr;

TEST(TargetUrlTest, WritesAnAddressInOneSpelling) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"https://example.org", "https://example.org/"},
      {"HTTPS://Example.ORG/Hook?a=%20b", "https://example.org/Hook?a=%20b"},
      {"https://example.org:443/x", "https://example.org/x"},
      {"https://example.org:8443?x=1", "https://example.org:8443/?x=1"},
      {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"},
      {"https://93.184.216.34/x", "https://93.184.216.34/x"},
      {"https://[2606:4700:0::1111]:8443/x", "https://[2606:4700::1111]:8443/x"},
      {"https://a-b.c1/x", "https://a-b.c1/x"},
  };
  for (const auto& [given, expected] : cases) {
    const auto url = TargetUrl::parse(given, false);
    ASSERT_TRUE(url.ok()) << given << ": " << url.error().message();
    EXPECT_EQ(url->toString(), expected);
  }
  EXPECT_EQ(TargetUrl::parse("https://example.org:8443/secret?token=1", false)->server(),
            "https://example.org:8443");
}

TEST(TargetUrlTest, TakesHttpOnlyWhereItIsAllowed) {
  EXPECT_FALSE(TargetUrl::parse("http://example.org/", false).ok());
  const auto url = TargetUrl::parse("http://example.org/", true);
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->port, 80);
  EXPECT_EQ(url->toString(), "http://example.org/");
}

TEST(TargetUrlTest, RefusesWhatReadersCouldTakeForAnotherAddress) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "https://"},
      {"example.org", "https://"},
      {"//example.org", "https://"},
      {"ftp://example.org/", "https://"},
      {"file:///etc/passwd", "https://"},
      {"https:/example.org", "https://"},
      {"https://", "host"},
      {"https:///path", "host"},
      {"https://user@example.org/", "no user"},
      {"https://user:pass@example.org/", "no user"},
      {"https://example.org@127.0.0.1/", "no user"},
      {"https://example.org/#part", "fragment"},
      {"https://example.org\\@127.0.0.1/", "ASCII"},
      {"https://example.org/ x", "ASCII"},
      {"https://example.org/\n", "ASCII"},
      {"https://b\xC3\xBC"
       "cher.example/",
       "ASCII"},
      {"https://\xEF\xBD\x85xample.org/", "ASCII"},
      {"https://example.org/%zz", "hexadecimal"},
      {"https://exa%6dple.org/", "letters, digits"},
      {"https://example.org./", "dot"},
      {"https://localhost./", "dot"},
      {"https://.example.org/", "letters, digits"},
      {"https://a..b/", "letters, digits"},
      {"https://-a.b/", "letters, digits"},
      {"https://a_b.c/", "letters, digits"},
      {"https://2130706433/", "four decimal parts"},
      {"https://017700000001/", "four decimal parts"},
      {"https://0x7f000001/", "four decimal parts"},
      {"https://0x7f.1/", "four decimal parts"},
      {"https://127.1/", "four decimal parts"},
      {"https://127.0.0.0x1/", "four decimal parts"},
      {"https://0177.0.0.1/", "four decimal parts"},
      {"https://1.2.3.4.5/", "four decimal parts"},
      {"https://example.1/", "four decimal parts"},
      {"https://[::1%25lo]/", "IPv6"},
      {"https://[fe80::1%eth0]/", "hexadecimal"},
      {"https://[127.0.0.1]/", "IPv6"},
      {"https://[::1/", "IPv6"},
      {"https://[]/", "IPv6"},
      {"https://example.org:0/", "port"},
      {"https://example.org:/", "port"},
      {"https://example.org:65536/", "port"},
      {"https://example.org:443x/", "port"},
      {"https://example.org:22/", "another protocol"},
      {"https://example.org:25/", "another protocol"},
      {"https://example.org:6667/", "another protocol"},
  };
  for (const auto& [given, expected] : cases) {
    const auto url = TargetUrl::parse(given, false);
    ASSERT_FALSE(url.ok()) << given << " became " << url->toString();
    EXPECT_EQ(url.error().code(), base::Code::kInvalid) << given;
    EXPECT_THAT(url.error().message(), HasSubstr(expected)) << given;
  }
}

TEST(TargetUrlTest, RefusesWhatIsTooLong) {
  const std::string longest = "https://example.org/" + std::string(2048 - 20, 'a');
  EXPECT_TRUE(TargetUrl::parse(longest, false).ok());
  EXPECT_FALSE(TargetUrl::parse(longest + "a", false).ok());
  EXPECT_FALSE(TargetUrl::parse("https://" + std::string(64, 'a') + ".org/", false).ok());
}

}  // namespace
}  // namespace sw::webhooks
