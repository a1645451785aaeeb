#include "adapters/sql/sqlite_database.h"

#include <fstream>
#include <thread>

#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

using base::Code;
namespace fs = std::filesystem;

class SqliteDatabaseTest : public SqliteTest {};

TEST_F(SqliteDatabaseTest, SeesACommittedWriteFromEveryThread) {
  const auto database = openNumbers();
  ASSERT_TRUE(write(*database, addNumber(1)).ok());
  EXPECT_EQ(countNumbers(*database), 1);
  EXPECT_EQ(countNumbers(*database, ReadKind::kLong), 1);
  std::int64_t elsewhere = 0;
  std::thread([&] { elsewhere = countNumbers(*database); }).join();
  EXPECT_EQ(elsewhere, 1);
  EXPECT_TRUE(base::runBlocking(database->ping()).ok());
  EXPECT_EQ(database->poolUse(Pool::kWrite).max, 1);
  EXPECT_GE(database->poolUse(Pool::kRead).max, 2);
}

TEST_F(SqliteDatabaseTest, KeepsEveryWriteOfManyThreads) {
  const auto database = openNumbers();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(write(*database, addNumber(thread * 1000 + i)).ok());
        EXPECT_GT(countNumbers(*database), i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(countNumbers(*database), 400);
}

TEST_F(SqliteDatabaseTest, EndsAReadAtItsDeadline) {
  options_.readDeadline = std::chrono::milliseconds(1);
  const auto database = openNumbers();
  static constexpr Statement kEndless{
      "endless", Operation::kSelect,
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"};
  auto sink = [](const Row&) {};
  const auto outcome = base::runBlocking(database->read(kEndless, Params(), sink));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kTimeout);
  EXPECT_EQ(countNumbers(*database), 0);
}

TEST_F(SqliteDatabaseTest, ChecksTheFileAfterAnUncleanStopOnly) {
  {
    EXPECT_FALSE(openNumbers()->checkedAfterCrash());
  }
  {
    EXPECT_FALSE(openNumbers()->checkedAfterCrash());
  }
  {
    std::ofstream marker(options_.file.string() + ".in-use");
    marker << "open\n";
  }
  {
    EXPECT_TRUE(openNumbers()->checkedAfterCrash());
  }
  EXPECT_FALSE(openNumbers()->checkedAfterCrash());
}

TEST_F(SqliteDatabaseTest, RefusesADamagedFileAfterAnUncleanStop) {
  {
    const auto database = openNumbers();
    WriteBatch many;
    for (int i = 0; i < 2000; ++i) {
      const Value row[] = {i, i % 1000};
      many.add(kAddNumber, row);
    }
    ASSERT_TRUE(write(*database, std::move(many)).ok());
  }
  {
    std::fstream file(options_.file, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-5000, std::ios::end);
    file << std::string(3000, '\x5a');
    std::ofstream marker(options_.file.string() + ".in-use");
    marker << "open\n";
  }
  for (int start = 0; start < 2; ++start) {  // a refused start does not count as a clean stop
    const auto opened = SqliteDatabase::open(options_, clock_, nullptr, kNumbersSchema);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::kCorrupted);
  }
}

TEST_F(SqliteDatabaseTest, BacksUpWhileWritersGoOnAndRestores) {
  const auto database = openNumbers();
  WriteBatch many;
  for (int i = 0; i < 500; ++i) {
    const Value row[] = {i, i};
    many.add(kAddNumber, row);
  }
  ASSERT_TRUE(write(*database, std::move(many)).ok());
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 1000; !stop; ++i) EXPECT_TRUE(write(*database, addNumber(i)).ok());
  });
  std::int64_t total = 0;
  const fs::path copy = folder_ / "copy.sqlite";
  const auto made =
      database->backUpTo(copy, [&](std::int64_t, std::int64_t pages) { total = pages; });
  stop = true;
  writer.join();
  ASSERT_TRUE(made.ok()) << made.error().describe();
  EXPECT_GT(total, 0);
  EXPECT_FALSE(fs::exists(copy.string() + ".part"));
  const std::int64_t now = countNumbers(*database);
  EXPECT_GE(now, 500);

  WriteBatch drop;
  static constexpr Statement kDrop{"numbers.drop", Operation::kDelete, "DELETE FROM numbers"};
  drop.add(kDrop, Params());
  ASSERT_TRUE(write(*database, std::move(drop)).ok());
  EXPECT_EQ(countNumbers(*database), 0);
  const auto restored = database->restoreFrom(copy);
  ASSERT_TRUE(restored.ok()) << restored.error().describe();
  EXPECT_GE(countNumbers(*database), 500);
  EXPECT_LE(countNumbers(*database), now);
  EXPECT_TRUE(write(*database, addNumber(-1)).ok());
}

TEST_F(SqliteDatabaseTest, RefusesToRestoreWhatItShouldNot) {
  const auto database = openNumbers();
  ASSERT_TRUE(write(*database, addNumber(1)).ok());
  const fs::path copy = folder_ / "copy.sqlite";
  ASSERT_TRUE(database->backUpTo(copy).ok());
  const auto patch = [&](const char* script) {
    sqlite3* handle = nullptr;
    sqlite3_open(copy.c_str(), &handle);
    sqlite3_exec(handle, script, nullptr, nullptr, nullptr);
    sqlite3_close_v2(handle);
  };
  patch("PRAGMA user_version=99");
  auto newer = database->restoreFrom(copy);
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error().code(), Code::kInvalid);
  EXPECT_NE(newer.error().message().find("newer"), std::string::npos);
  patch("PRAGMA user_version=1; PRAGMA application_id=7");
  EXPECT_EQ(database->restoreFrom(copy).error().code(), Code::kInvalid);
  std::ofstream(folder_ / "text.txt") << std::string(9000, 'x');
  EXPECT_EQ(database->restoreFrom(folder_ / "text.txt").error().code(), Code::kInvalid);
  EXPECT_EQ(database->restoreFrom(folder_ / "missing").error().code(), Code::kInvalid);
  EXPECT_EQ(countNumbers(*database), 1);
}

TEST_F(SqliteDatabaseTest, MakesOneBackupADayAndKeepsTheNewest) {
  options_.backups = folder_ / "backups";
  options_.backupsKept = 3;
  const auto database = openNumbers();
  for (int day = 0; day < 5; ++day) {
    const auto first = database->backUpIfDue();
    ASSERT_TRUE(first.ok()) << first.error().describe();
    EXPECT_TRUE(*first);
    EXPECT_FALSE(*database->backUpIfDue());
    clock_.advance(std::chrono::hours(24));
  }
  const BackupFolder folder(options_.backups, 3);
  EXPECT_EQ(folder.list("daily").size(), 3U);
  EXPECT_EQ(folder.newest("daily"), clock_.now() - std::chrono::hours(24));
}

TEST_F(SqliteDatabaseTest, TellsOfBackupsThatFailOnceAnHourUntilOneIsMade) {
  options_.backups = folder_ / "backups";
  std::ofstream(options_.backups) << "a file stands where the folder should be";
  const auto database = openNumbers();
  std::vector<std::string> told;
  database->tellFailedBackups([&](const base::Error& error) { told.push_back(error.describe()); });
  for (int minute = 0; minute < 60; ++minute) {
    EXPECT_FALSE(database->backUpIfDue().ok());
    clock_.advance(std::chrono::minutes(1));
  }
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("backups"), std::string::npos) << told[0];
  EXPECT_FALSE(database->backUpIfDue().ok());
  EXPECT_EQ(told.size(), 2U);

  std::filesystem::remove(options_.backups);
  EXPECT_TRUE(*database->backUpIfDue());
  std::filesystem::remove_all(options_.backups);
  std::ofstream(options_.backups) << "and again";
  EXPECT_FALSE(database->backUpIfDue().ok());
  EXPECT_EQ(told.size(), 3U);
}

/// Counts what full queues refused.
class RefusalCounter final : public SqlObserver {
 public:
  void queryFinished(Operation, std::chrono::nanoseconds, bool) override {}
  void writesGrouped(std::size_t, std::chrono::nanoseconds) override {}
  void queueRejected(Pool pool) override { ++(pool == Pool::kRead ? reads : writes); }

  std::atomic<int> reads{0};
  std::atomic<int> writes{0};
};

TEST_F(SqliteDatabaseTest, TellsWhatFullQueuesRefuse) {
  RefusalCounter refused;
  options_.queueLimit = 0;
  options_.longReadLimit = 0;
  const auto database = openNumbers(&refused);
  EXPECT_EQ(write(*database, addNumber(1)).error().code(), Code::kUnavailable);
  EXPECT_EQ(refused.writes, 1);
  auto ignore = [](const Row&) {};
  const auto read = base::runBlocking(database->read(kCountNumbers, {}, ignore, ReadKind::kLong));
  EXPECT_EQ(read.error().code(), Code::kUnavailable);
  EXPECT_EQ(refused.reads, 1);
}

TEST_F(SqliteDatabaseTest, MakesBackupsAsOftenAsItIsTold) {
  options_.backups = folder_ / "backups";
  options_.backupInterval = std::chrono::hours(6);
  const auto database = openNumbers();
  EXPECT_TRUE(*database->backUpIfDue());
  clock_.advance(std::chrono::hours(6) - std::chrono::seconds(1));
  EXPECT_FALSE(*database->backUpIfDue());
  clock_.advance(std::chrono::seconds(1));
  EXPECT_TRUE(*database->backUpIfDue());
}

TEST_F(SqliteDatabaseTest, MakesNoBackupsByTheClockWhenTheirIntervalIsZero) {
  options_.backups = folder_ / "backups";
  options_.backupInterval = std::chrono::milliseconds(0);
  const auto database = openNumbers();
  EXPECT_FALSE(*database->backUpIfDue());
  clock_.advance(std::chrono::days(30));
  EXPECT_FALSE(*database->backUpIfDue());
  EXPECT_TRUE(BackupFolder(options_.backups, 3).list("daily").empty());
}

TEST_F(SqliteDatabaseTest, KeepsTheLogShortUnderWritesThatNeverPause) {
  options_.checkpointPages = 20;
  options_.restartPages = 40;
  {
    const auto database = openNumbers();
    for (int i = 0; i < 600; ++i) ASSERT_TRUE(write(*database, addNumber(i)).ok());
    const auto log = fs::file_size(options_.file.string() + "-wal");
    EXPECT_LT(log, 600U * 4096U / 2);
  }
  EXPECT_EQ(countNumbers(*openNumbers()), 600);
}

TEST_F(SqliteDatabaseTest, KeepsWritingWhileAReaderHoldsTheLog) {
  options_.checkpointPages = 5;
  options_.restartPages = 10;
  const auto database = openNumbers();
  ASSERT_TRUE(write(*database, addNumber(-1)).ok());
  auto reader = SqliteConnection::open(options_, SqliteConnection::Role::kReader);
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->execute("BEGIN; SELECT count(*) FROM numbers").ok());
  // Restarts of the log that waited as long as a statement may would add up to minutes.
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(write(*database, addNumber(i)).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - start, options_.busyTimeout * 4);
  EXPECT_EQ(*(*reader)->number("SELECT count(*) FROM numbers"), 1);
  ASSERT_TRUE((*reader)->execute("COMMIT").ok());
  EXPECT_EQ(countNumbers(*database), 201);
}

}  // namespace
}  // namespace sw::sql
