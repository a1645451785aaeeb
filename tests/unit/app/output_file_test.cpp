#include "app/commands/output_file.h"

#include <gtest/gtest.h>

#include "app/data_folder.h"
#include "unit/app/temporary_folder.h"

namespace sw::app {
namespace {

TEST(OutputFile, AppearsWhole) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "out.ics";
  {
    auto file = OutputFile::open(path.string());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("one ").ok());
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(file->write("two").ok());
    ASSERT_TRUE(file->finish().ok());
  }
  EXPECT_EQ(*readSmallFile(path), "one two");
}

TEST(OutputFile, LeavesNothingWhenItIsNotFinished) {
  const TemporaryFolder folder;
  {
    auto file = OutputFile::open((folder.path() / "out.ics").string());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("half").ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputFile, ReplacesWhatWasThereOnlyAtTheEnd) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "out.ics";
  ASSERT_TRUE(createPrivateFile(path, "before").ok());
  auto file = OutputFile::open(path.string());
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->write("after").ok());
  EXPECT_EQ(*readSmallFile(path), "before");
  ASSERT_TRUE(file->finish().ok());
  EXPECT_EQ(*readSmallFile(path), "after");
}

TEST(OutputFile, SaysWhatCannotBeMade) {
  const auto file = OutputFile::open("/nonexistent/out.ics");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code(), base::Code::kIo);
}

}  // namespace
}  // namespace sw::app
