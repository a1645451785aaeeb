#include "adapters/sql/sqlite_log_buffer.h"

#include <sqlite3.h>

#include <memory>
#include <string>

#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

using base::Code;

class SqliteLogBufferTest : public SqliteTest {
 protected:
  std::unique_ptr<SqliteConnection> connect(SqliteConnection::Role role) {
    auto opened = SqliteConnection::open(options_, role);
    EXPECT_TRUE(opened.ok()) << opened.error().describe();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  static std::string nameOfVfs(const SqliteConnection& connection) {
    sqlite3_vfs* vfs = nullptr;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_VFS_POINTER,
                         static_cast<void*>(&vfs));
    return vfs != nullptr ? vfs->zName : "";
  }
};

TEST_F(SqliteLogBufferTest, ServesTheWriterAlone) {
  const auto writer = connect(SqliteConnection::Role::kWriter);
  const auto reader = connect(SqliteConnection::Role::kReader);
  EXPECT_EQ(nameOfVfs(*writer), logBufferingVfs(""));
  EXPECT_NE(nameOfVfs(*reader), logBufferingVfs(""));
}

TEST_F(SqliteLogBufferTest, ShowsOthersWhatIsCommittedAndNothingElse) {
  const auto writer = connect(SqliteConnection::Role::kWriter);
  ASSERT_TRUE(writer->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)").ok());
  const auto reader = connect(SqliteConnection::Role::kReader);
  for (int round = 1; round <= 5; ++round) {
    // More than the buffer holds and less, so that commits end inside it and beyond.
    const std::string rows = round % 2 == 0 ? "3" : "90";
    ASSERT_TRUE(writer
                    ->execute(("BEGIN; WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                               "FROM n WHERE i < " +
                               rows + ") INSERT INTO t (b) SELECT randomblob(5000) FROM n;")
                                  .c_str())
                    .ok());
    const auto before = reader->number("SELECT count(*) FROM t");
    ASSERT_TRUE(writer->execute("COMMIT").ok());
    const auto after = reader->number("SELECT count(*) FROM t");
    ASSERT_TRUE(before.ok() && after.ok());
    EXPECT_EQ(*after - *before, std::stoi(rows));
    EXPECT_EQ(*after, *writer->number("SELECT count(*) FROM t"));
  }
}

TEST_F(SqliteLogBufferTest, GivesBackWhatDidNotFitIntoTheCache) {
  options_.writerCacheKib = 64;
  const auto writer = connect(SqliteConnection::Role::kWriter);
  ASSERT_TRUE(writer
                  ->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB); BEGIN;"
                            "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
                            "WHERE i < 400) INSERT INTO t SELECT i, zeroblob(3000) FROM n;"
                            "UPDATE t SET b = zeroblob(2000) WHERE a % 3 = 0;"
                            "SAVEPOINT s; DELETE FROM t; ROLLBACK TO s;")
                  .ok());
  EXPECT_EQ(*writer->number("SELECT sum(length(b)) FROM t"), 267 * 3000 + 133 * 2000);
  ASSERT_TRUE(writer->execute("COMMIT").ok());
  EXPECT_EQ(*writer->number("SELECT count(*) FROM pragma_integrity_check WHERE "
                            "integrity_check = 'ok'"),
            1);
  EXPECT_EQ(*connect(SqliteConnection::Role::kReader)->number("SELECT sum(length(b)) FROM t"),
            267 * 3000 + 133 * 2000);
}

TEST_F(SqliteLogBufferTest, OverwritesTheLogAfterItStartedAgain) {
  const auto writer = connect(SqliteConnection::Role::kWriter);
  const auto keeper = connect(SqliteConnection::Role::kMaintenance);
  ASSERT_TRUE(writer->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)").ok());
  for (int round = 1; round <= 4; ++round) {
    ASSERT_TRUE(writer
                    ->execute("WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
                              "WHERE i < 60) INSERT INTO t (b) SELECT randomblob(4000) FROM n;")
                    .ok());
    ASSERT_EQ(sqlite3_wal_checkpoint_v2(keeper->handle(), nullptr, SQLITE_CHECKPOINT_RESTART,
                                        nullptr, nullptr),
              SQLITE_OK);
  }
  EXPECT_EQ(*connect(SqliteConnection::Role::kReader)->number("SELECT count(*) FROM t"), 240);
  EXPECT_EQ(*keeper->number("SELECT count(*) FROM pragma_integrity_check WHERE "
                            "integrity_check = 'ok'"),
            1);
}

TEST_F(SqliteLogBufferTest, FailsToOpenOverAnUnknownSystem) {
  options_.vfs = "there is none";
  const auto opened = SqliteConnection::open(options_, SqliteConnection::Role::kWriter);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), Code::kInternal);
}

}  // namespace
}  // namespace sw::sql
