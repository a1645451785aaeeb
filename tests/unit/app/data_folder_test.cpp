#include "app/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "unit/app/temporary_folder.h"

namespace sw::app {
namespace {

using base::Code;
using testing::HasSubstr;

mode_t modeOf(const std::filesystem::path& path) {
  struct stat found{};
  return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777U : 0;
}

TEST(DataFolder, IsMadeWithItsParentsForItsOwnerAlone) {
  const TemporaryFolder folder;
  const auto wanted = folder.path() / "a" / "b";
  ASSERT_TRUE(makeDataFolder(wanted).ok());
  EXPECT_EQ(modeOf(wanted), 0700U);
  EXPECT_EQ(modeOf(wanted.parent_path()), 0700U);
  EXPECT_TRUE(makeDataFolder(wanted).ok());
}

TEST(DataFolder, IsRefusedWhereAFileStands) {
  const TemporaryFolder folder;
  ASSERT_TRUE(createPrivateFile(folder.path() / "file", "x").ok());
  const auto made = makeDataFolder(folder.path() / "file");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code(), Code::kConfiguration);
}

TEST(FolderLock, LetsNoSecondOneIn) {
  const TemporaryFolder folder;
  {
    const auto first = FolderLock::take(folder.path());
    ASSERT_TRUE(first.ok());
    const auto second = FolderLock::take(folder.path());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), Code::kConfiguration);
    EXPECT_THAT(second.error().message(), HasSubstr("process " + std::to_string(getpid())));
  }
  EXPECT_TRUE(FolderLock::take(folder.path()).ok());
}

TEST(PrivateFile, IsReadableByItsOwnerAlone) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "secret";
  EXPECT_EQ(*createPrivateFile(file, "one"), "one");
  EXPECT_EQ(modeOf(file), 0600U);
  EXPECT_EQ(*readSmallFile(file), "one");
}

TEST(PrivateFile, IsNeverReplaced) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "secret";
  ASSERT_TRUE(createPrivateFile(file, "one").ok());
  EXPECT_EQ(*createPrivateFile(file, "two"), "one");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(PrivateFile, IsTheSameForAllWhoMakeItAtOnce) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "secret";
  std::vector<std::string> got(8);
  std::atomic<int> waiting{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&, i] {
      ++waiting;
      while (waiting < 8) std::this_thread::yield();
      got[i] = *createPrivateFile(file, "text of " + std::to_string(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), 1U);
}

TEST(PrivateFile, SaysThatThereIsNone) {
  const TemporaryFolder folder;
  const auto read = readSmallFile(folder.path() / "none");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace sw::app
