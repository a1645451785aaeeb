#include "webhooks/target_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "fakes/fake_webhook_network.h"

namespace sw::webhooks {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::Not;

class TargetGuardTest : public ::testing::Test {
 protected:
  base::Result<TargetUrl> check(const std::string& url, TargetGuard::Options options = {}) {
    TargetGuard guard(std::move(options), resolver_);
    return base::runBlocking(guard.check(url));
  }

  fakes::FakeResolver resolver_;
};

TEST_F(TargetGuardTest, TakesATargetWithPublicAddresses) {
  resolver_.set("example.org", {"93.184.216.34", "2606:2800:220:1::1"});
  const auto target = check("https://Example.org/hook");
  ASSERT_TRUE(target.ok()) << target.error().message();
  EXPECT_EQ(target->toString(), "https://example.org/hook");
}

TEST_F(TargetGuardTest, RefusesATargetWhenAnyOfItsAddressesIsSpecial) {
  resolver_.set("inside.example", {"93.184.216.34", "10.0.0.7"});
  const auto target = check("https://inside.example/");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code(), Code::kInvalid);
  EXPECT_THAT(target.error().message(), HasSubstr("private use"));
  EXPECT_THAT(target.error().message(), Not(HasSubstr("10.0.0.7")));
}

TEST_F(TargetGuardTest, RefusesNumbersOfSpecialAddresses) {
  for (const char* url :
       {"https://127.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/",
        "https://100.64.1.1/", "https://[64:ff9b::7f00:1]/"}) {
    const auto target = check(url);
    ASSERT_FALSE(target.ok()) << url;
    EXPECT_EQ(target.error().code(), Code::kInvalid) << url;
  }
  EXPECT_TRUE(check("https://93.184.216.34/").ok());
}

TEST_F(TargetGuardTest, RefusesANameWithoutAddress) {
  EXPECT_EQ(check("https://nowhere.example/").error().code(), Code::kInvalid);
  resolver_.set("empty.example", {});
  EXPECT_EQ(check("https://empty.example/").error().code(), Code::kInvalid);
}

TEST_F(TargetGuardTest, SaysWhenTheResolverCannotSay) {
  resolver_.fail(base::Error(Code::kTimeout, "no answer"));
  EXPECT_EQ(check("https://example.org/").error().code(), Code::kUnavailable);
}

TEST_F(TargetGuardTest, LetsThroughWhatConfigurationAllows) {
  TargetGuard::Options options;
  options.policy.allowed = {*Network::parse("10.0.0.0/8")};
  resolver_.set("inside.example", {"10.0.0.7"});
  resolver_.set("mapped.example", {"::ffff:10.0.0.7"});
  resolver_.set("other.example", {"192.168.0.7"});
  EXPECT_TRUE(check("https://inside.example/", options).ok());
  EXPECT_TRUE(check("https://mapped.example/", options).ok());
  EXPECT_FALSE(check("https://other.example/", options).ok());
  options.policy.allowAll = true;
  EXPECT_TRUE(check("https://other.example/", options).ok());
  EXPECT_FALSE(check("http://other.example/", options).ok());
  options.allowHttp = true;
  EXPECT_TRUE(check("http://other.example/", options).ok());
}

}  // namespace
}  // namespace sw::webhooks
