#include "app/commands/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Arguments, TakesSettingsOutWhereverTheyStand) {
  const std::vector<std::string> given{"--port", "8080",  "import",          "--user",
                                       "ann",    "a.ics", "--data-dir=/data"};
  const auto read = separateSettings(given);
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read->settings, ElementsAre(Pair("PORT", "8080"), Pair("DATA_DIR", "/data")));
  EXPECT_THAT(read->rest, ElementsAre("import", "--user", "ann", "a.ics"));
}

TEST(Arguments, LetsYesOrNoStandWithoutValue) {
  const std::vector<std::string> given{"--rate-limit-enabled", "serve", "--profiling-enabled=no"};
  const auto read = separateSettings(given);
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read->settings,
              ElementsAre(Pair("RATE_LIMIT_ENABLED", "true"), Pair("PROFILING_ENABLED", "no")));
  EXPECT_THAT(read->rest, ElementsAre("serve"));
}

TEST(Arguments, KeepsWhatStandsBehindTwoDashes) {
  const std::vector<std::string> given{"import", "--", "--port", "8080"};
  const auto read = separateSettings(given);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->settings.empty());
  EXPECT_THAT(read->rest, ElementsAre("import", "--", "--port", "8080"));
}

TEST(Arguments, TakesAValueThatLooksLikeAnOption) {
  const std::vector<std::string> given{"serve", "--jwt-secret", "--not-an-option-but-a-secret"};
  const auto read = separateSettings(given);
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read->settings, ElementsAre(Pair("JWT_SECRET", "--not-an-option-but-a-secret")));
}

TEST(Arguments, RefusesASettingWithoutItsValue) {
  const std::vector<std::string> given{"serve", "--port"};
  const auto read = separateSettings(given);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().details().at(0).field, "--port");
}

TEST(Arguments, ExplainsOptionsThatAreNearlyRight) {
  const std::vector<std::string> given{"--prot", "8080", "stray"};
  EXPECT_THAT(explainUnknown(given),
              ElementsAre(HasSubstr("did you mean port"), HasSubstr("stray")));
}

}  // namespace
}  // namespace sw::app
