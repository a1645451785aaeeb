#include "app/secrets.h"

#include <gtest/gtest.h>

#include "app/data_folder.h"
#include "unit/app/temporary_folder.h"

namespace sw::app {
namespace {

TEST(Secrets, AreMadeOnceAndKept) {
  const TemporaryFolder folder;
  const auto first = loadSecrets({}, folder.path());
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->made);
  EXPECT_GE(first->jwt.size(), 32U);
  EXPECT_GE(first->encryption.size(), 32U);
  EXPECT_NE(first->jwt, first->encryption);

  const auto second = loadSecrets({}, folder.path());
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->made);
  EXPECT_EQ(second->jwt, first->jwt);
  EXPECT_EQ(second->encryption, first->encryption);
}

TEST(Secrets, AreNotMadeWhereTheyAreConfigured) {
  const TemporaryFolder folder;
  base::Config::Auth config;
  config.jwtSecret = std::string(32, 'j');
  config.encryptionKey = std::string(32, 'e');
  const auto loaded = loadSecrets(config, folder.path());
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->jwt, config.jwtSecret);
  EXPECT_EQ(loaded->encryption, config.encryptionKey);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Secrets, AreRefusedWhenTooShort) {
  const TemporaryFolder folder;
  ASSERT_TRUE(createPrivateFile(folder.path() / "jwt-secret", "short\n").ok());
  const auto loaded = loadSecrets({}, folder.path());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), base::Code::kConfiguration);
}

}  // namespace
}  // namespace sw::app
