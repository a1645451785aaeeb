#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/sql/job_statements.h"
#include "adapters/sql/sqlite_database.h"
#include "fakes/fake_clock.h"

namespace sw::sql {
namespace {

namespace fs = std::filesystem;

/// How SQLite goes about a statement, a line a step.
class JobQueriesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sw-jobs-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    SqliteOptions options;
    options.file = folder_ / "test.sqlite";
    auto opened = SqliteDatabase::open(options, clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().describe();
    database_ = *std::move(opened);
    ASSERT_EQ(sqlite3_open(options.file.c_str(), &connection_), SQLITE_OK);
  }
  void TearDown() override {
    sqlite3_close(connection_);
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string plan(const Statement& statement) {
    const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
    std::string steps;
    const auto collect = [](void* out, int columns, char** values, char**) {
      *static_cast<std::string*>(out) += std::string(values[columns - 1]) + '\n';
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), collect, &steps, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    return steps;
  }
  static int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++found;
    }
    return found;
  }

  fakes::FakeClock clock_;
  fs::path folder_;
  std::unique_ptr<SqliteDatabase> database_;
  sqlite3* connection_ = nullptr;
};

constexpr const char* kReady = "jobs_by_ready (kind=? AND priority=? AND ready<?)";

TEST_F(JobQueriesTest, AClaimReadsNothingBesideWhatIsDue) {
  const std::string steps = plan(job_statements::kDue);
  EXPECT_EQ(count(steps, kReady), 10) << steps;
  EXPECT_EQ(count(steps, "SCAN j"), 0) << steps;
  EXPECT_EQ(count(steps, "SEARCH t USING PRIMARY KEY (id=?)"), 1) << steps;
}

TEST_F(JobQueriesTest, AClaimInOrderLooksUpWhatComesFirstOfAUser) {
  const std::string steps = plan(job_statements::kDueInOrder);
  EXPECT_EQ(count(steps, kReady), 10) << steps;
  EXPECT_EQ(count(steps, "SCAN j"), 0) << steps;
  EXPECT_EQ(count(steps, "jobs_by_user (kind=? AND user_id=?"), 20) << steps;
}

TEST_F(JobQueriesTest, TheNextDueJobIsTheFirstOfAnIndex) {
  const std::string steps = plan(job_statements::kNext);
  EXPECT_EQ(count(steps, "jobs_by_ready (kind=? AND priority=?)"), 10) << steps;
  EXPECT_EQ(count(steps, "SCAN jobs"), 0) << steps;
}

}  // namespace
}  // namespace sw::sql
