#include "adapters/sentry/dsn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::adapters::sentry {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Dsn, GivesTheAddressOfEnvelopesAndTheHeader) {
  const auto dsn = Dsn::parse("https://abc123@o1.ingest.sentry.io/42");
  ASSERT_TRUE(dsn.ok());
  EXPECT_EQ(dsn->envelopeUrl(), "https://o1.ingest.sentry.io/api/42/envelope/");
  EXPECT_EQ(dsn->authHeader("client/1.0"),
            "Sentry sentry_version=7, sentry_client=client/1.0, sentry_key=abc123");
}

TEST(Dsn, ReadsPortsPathsAndOldSecrets) {
  const auto dsn = Dsn::parse("http://key:secret@127.0.0.1:9000/prefix/more/7/");
  ASSERT_TRUE(dsn.ok());
  EXPECT_EQ(dsn->publicKey, "key");
  EXPECT_EQ(dsn->envelopeUrl(), "http://127.0.0.1:9000/prefix/more/api/7/envelope/");
}

TEST(Dsn, SaysWhatIsExpectedWithoutTheKey) {
  for (const char* text :
       {"", "nonsense", "ftp://hushhush@host/1", "https://host/1", "https://@host/1",
        "https://hushhush@/1", "https://hushhush@host", "https://hushhush@host/",
        "https://hush hush@host/1", "https://hushhush@ho st/1", "https://hushhush@host/1?x=y",
        "https://hushhush@host/a b/1", "https://hush\r\nhush@host/1", "https://hushhush@:80/1"}) {
    const auto dsn = Dsn::parse(text);
    ASSERT_FALSE(dsn.ok()) << text;
    EXPECT_EQ(dsn.error().code(), base::Code::kConfiguration);
    EXPECT_THAT(dsn.error().message(), HasSubstr("https://KEY@HOST/PROJECT"));
    EXPECT_THAT(dsn.error().message(), Not(HasSubstr("hush")));
  }
}

}  // namespace
}  // namespace sw::adapters::sentry
