#include "adapters/sql/sqlite_writer.h"

#include <deque>
#include <semaphore>

#include "adapters/sql/sqlite_migrator.h"
#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

using base::Code;

/// Counts how many batches shared a commit.
class GroupCounter final : public SqlObserver {
 public:
  void queryFinished(Operation operation, std::chrono::nanoseconds, bool ok) override {
    if (operation == Operation::kTransaction) ++(ok ? good : bad);
  }
  void writesGrouped(std::size_t batches, std::chrono::nanoseconds) override {
    ++groups;
    biggest = std::max(biggest.load(), batches);
  }
  void queueRejected(Pool) override { ++rejected; }

  std::atomic<int> groups{0};
  std::atomic<std::size_t> biggest{0};
  std::atomic<int> good{0};
  std::atomic<int> bad{0};
  std::atomic<int> rejected{0};
};

/// A loop that keeps what is posted until the test's end.
class CountingLoop final : public base::Loop {
 public:
  ~CountingLoop() override {
    for (const auto handle : handles_) handle.resume();
  }
  void post(std::coroutine_handle<> handle) override {
    {
      const std::lock_guard lock(mutex_);
      handles_.push_back(handle);
    }
    posts.release();
  }
  void postAfter(std::chrono::nanoseconds, std::coroutine_handle<>) override {}
  void postWhenReady(int, Readiness, std::coroutine_handle<>) override {}

  std::counting_semaphore<> posts{0};

 private:
  std::mutex mutex_;
  std::vector<std::coroutine_handle<>> handles_;
};

class SqliteWriterTest : public SqliteTest {
 protected:
  std::unique_ptr<SqliteWriter> makeWriter() {
    auto connection = SqliteConnection::open(options_, SqliteConnection::Role::kWriter);
    EXPECT_TRUE(connection.ok());
    EXPECT_TRUE(migrateSqlite(**connection, options_, clock_, kNumbersSchema).ok());
    return std::make_unique<SqliteWriter>(*std::move(connection), options_, &counter_, counted_,
                                          [this](int) { ++commits_; });
  }
  PendingWrite& pend(WriteBatch batch) {
    PendingWrite& write = pending_.emplace_back();
    write.batch = std::move(batch);
    write.loop = &loop_;
    write.handle = std::noop_coroutine();
    return write;
  }
  std::int64_t countRows() {
    auto connection = SqliteConnection::open(options_, SqliteConnection::Role::kMaintenance);
    EXPECT_TRUE(connection.ok());
    return *(*connection)->number("SELECT count(*) FROM numbers");
  }

  GroupCounter counter_;
  CountingLoop loop_;
  std::deque<PendingWrite> pending_;
  std::atomic<int> commits_{0};
  std::atomic<std::uint64_t> counted_{0};
};

TEST_F(SqliteWriterTest, CommitsOnceForEverythingThatWaited) {
  auto writer = makeWriter();
  commits_ = 0;
  counted_ = 0;
  // While the connection is taken, the writer picks up one group at most: what is there when it
  // wakes.
  writer->exclusively([&](SqliteConnection&) {
    for (int i = 0; i < 64; ++i) EXPECT_TRUE(writer->submit(pend(addNumber(i))));
    return 0;
  });
  writer.reset();
  for (const PendingWrite& write : pending_) EXPECT_TRUE(write.outcome->ok());
  EXPECT_LE(commits_.load(), 2);
  EXPECT_EQ(counted_, static_cast<std::uint64_t>(commits_.load()));
  EXPECT_LE(counter_.groups.load(), 2);
  EXPECT_GE(counter_.biggest.load(), 32U);
  EXPECT_EQ(counter_.good.load(), 64);
}

TEST_F(SqliteWriterTest, LeavesOutABatchThatFailsAndCommitsTheOthers) {
  auto writer = makeWriter();
  WriteBatch failsAtOnce = addNumber(0);
  WriteBatch failsLater = addNumber(100);
  const Value missing[] = {999, 1};
  failsLater.add(kSetNumber, missing,
                 Expectation::exactly(1, "no such number", Code::kPreconditionFailed));
  WriteBatch failsByCheck = addNumber(200, 5000);
  WriteBatch dependsOnFailed;
  const Value failed[] = {100};
  dependsOnFailed.add(kHasNumber, failed, Expectation::exactly(1, "not there", Code::kNotFound));
  writer->exclusively([&](SqliteConnection&) {
    EXPECT_TRUE(writer->submit(pend(addNumber(0))));
    EXPECT_TRUE(writer->submit(pend(std::move(failsAtOnce))));
    EXPECT_TRUE(writer->submit(pend(addNumber(1))));
    EXPECT_TRUE(writer->submit(pend(std::move(failsLater))));
    EXPECT_TRUE(writer->submit(pend(std::move(failsByCheck))));
    EXPECT_TRUE(writer->submit(pend(std::move(dependsOnFailed))));
    EXPECT_TRUE(writer->submit(pend(addNumber(2))));
    return 0;
  });
  writer.reset();
  EXPECT_EQ(countRows(), 3);
  EXPECT_TRUE(pending_[0].outcome->ok());
  EXPECT_EQ(pending_[1].outcome->error().code(), Code::kConflict);
  EXPECT_EQ(pending_[1].outcome->error().message(), "the number exists");
  EXPECT_TRUE(pending_[2].outcome->ok());
  EXPECT_EQ(pending_[3].outcome->error().code(), Code::kPreconditionFailed);
  EXPECT_EQ(pending_[4].outcome->error().code(), Code::kConflict);
  EXPECT_EQ(pending_[5].outcome->error().code(), Code::kNotFound);
  EXPECT_TRUE(pending_[6].outcome->ok());
}

TEST_F(SqliteWriterTest, RefusesWhenTheQueueIsFull) {
  options_.queueLimit = 3;
  auto writer = makeWriter();
  int accepted = 0;
  writer->exclusively([&](SqliteConnection&) {
    for (int i = 0; i < 10; ++i) {
      if (writer->submit(pend(addNumber(i)))) ++accepted;
    }
    return 0;
  });
  EXPECT_GE(accepted, 3);
  EXPECT_LE(accepted, 6);  // a group may have left the queue already
  writer.reset();
}

TEST_F(SqliteWriterTest, TellsWhatStatementsDid) {
  auto writer = makeWriter();
  WriteBatch batch = addNumber(1, 41);
  const Value params[] = {1, 42};
  batch.add(kSetNumber, params, Expectation::exactly(1, "gone"));
  batch.add(kHasNumber, Params(params).first(1), Expectation::atLeast(1, "gone"));
  EXPECT_TRUE(writer->submit(pend(std::move(batch))));
  loop_.posts.acquire();
  const WriteOutcome& outcome = pending_[0].outcome->value();
  ASSERT_EQ(outcome.size(), 3U);
  EXPECT_EQ(outcome[0].rows, 1);
  EXPECT_EQ(outcome[1].rows, 1);
  EXPECT_EQ(outcome[2].value, 42);
}

}  // namespace
}  // namespace sw::sql
