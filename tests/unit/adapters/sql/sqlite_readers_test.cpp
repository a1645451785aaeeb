#include "adapters/sql/sqlite_readers.h"

#include <deque>

#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

/// A loop whose rounds the test ends.
class RoundLoop final : public base::Loop {
 public:
  RoundLoop() { setCurrent(this); }
  ~RoundLoop() override { setCurrent(nullptr); }

  void post(std::coroutine_handle<> handle) override { handle.resume(); }
  void postAfter(std::chrono::nanoseconds, std::coroutine_handle<>) override {}
  void postWhenReady(int, Readiness, std::coroutine_handle<>) override {}
  bool afterRound(std::function<void()> work) override {
    ends_.push_back(std::move(work));
    return true;
  }
  void endRound() {
    for (const auto& end : std::exchange(ends_, {})) end();
  }
  [[nodiscard]] std::size_t ends() const { return ends_.size(); }

 private:
  std::deque<std::function<void()>> ends_;
};

class SqliteReadersTest : public SqliteTest {
 protected:
  void SetUp() override {
    SqliteTest::SetUp();
    static_cast<void>(openNumbers());
    auto opened = SqliteConnection::open(options_, SqliteConnection::Role::kWriter);
    ASSERT_TRUE(opened.ok());
    elsewhere_ = *std::move(opened);
    readers_.emplace(options_, commits_);
  }

  std::int64_t count() {
    std::int64_t found = -1;
    auto sink = [&](const Row& row) { found = row.integer(0); };
    EXPECT_TRUE(readers_->read(kCountNumbers, {}, sink).ok());
    return found;
  }
  void addElsewhere() {
    ASSERT_TRUE(
        elsewhere_->execute("INSERT INTO numbers SELECT 1 + count(*), 0 FROM numbers").ok());
  }

  std::atomic<std::uint64_t> commits_{0};
  std::unique_ptr<SqliteConnection> elsewhere_;
  std::optional<SqliteThreadReaders> readers_;
};

TEST_F(SqliteReadersTest, SharesATransactionAmongTheReadsOfARound) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  addElsewhere();  // another process: nobody counts its commits
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(loop.ends(), 1U);
  loop.endRound();
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(loop.ends(), 1U);
  loop.endRound();
}

TEST_F(SqliteReadersTest, SeesWhatThisProcessHasCommittedWithinTheRound) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  addElsewhere();
  ++commits_;
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(loop.ends(), 1U);
  loop.endRound();
}

TEST_F(SqliteReadersTest, EndsTheTransactionWhenALocalLoopEnds) {
  base::LocalLoop loop;
  const auto counted = [this]() -> base::Task<std::int64_t> { co_return count(); };
  EXPECT_EQ(loop.run(counted()), 0);
  addElsewhere();
  EXPECT_EQ(loop.run(counted()), 1);
}

TEST_F(SqliteReadersTest, EndsTheTransactionBeforeALocalLoopWaits) {
  base::LocalLoop loop;
  const auto counted = [this]() -> base::Task<std::int64_t> {
    EXPECT_EQ(count(), 0);
    addElsewhere();
    EXPECT_EQ(count(), 0);
    co_await base::sleepFor(std::chrono::microseconds(1));
    co_return count();
  };
  EXPECT_EQ(loop.run(counted()), 1);
}

TEST_F(SqliteReadersTest, ReadsEachTimeAnewOnALoopWithoutRounds) {
  struct Roundless final : base::Loop {
    Roundless() { setCurrent(this); }
    ~Roundless() override { setCurrent(nullptr); }
    void post(std::coroutine_handle<> handle) override { handle.resume(); }
    void postAfter(std::chrono::nanoseconds, std::coroutine_handle<>) override {}
    void postWhenReady(int, Readiness, std::coroutine_handle<>) override {}
  } loop;
  EXPECT_EQ(count(), 0);
  addElsewhere();
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteReadersTest, RenewsTheTransactionOfALongRound) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  addElsewhere();
  int reads = 1;
  while (count() == 0 && reads < 1000) ++reads;
  EXPECT_EQ(reads, 64);
  EXPECT_EQ(loop.ends(), 1U);
  loop.endRound();
}

TEST_F(SqliteReadersTest, HoldsTheLogNoLongerThanTheRound) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  addElsewhere();
  const auto restart = [this] {
    return sqlite3_wal_checkpoint_v2(elsewhere_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                     nullptr, nullptr);
  };
  sqlite3_busy_timeout(elsewhere_->handle(), 0);
  EXPECT_EQ(restart(), SQLITE_BUSY);
  loop.endRound();
  EXPECT_EQ(restart(), SQLITE_OK);
}

TEST_F(SqliteReadersTest, GoesOnAfterAReadThatFailed) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  static constexpr Statement kWrong{"wrong", Operation::kSelect, "SELECT no_such FROM numbers"};
  auto sink = [](const Row&) {};
  EXPECT_FALSE(readers_->read(kWrong, {}, sink).ok());
  addElsewhere();
  EXPECT_EQ(count(), 1);
  loop.endRound();
  EXPECT_EQ(count(), 1);
  loop.endRound();
}

TEST_F(SqliteReadersTest, IgnoresTheEndOfARoundThatComesAfterItsEnd) {
  RoundLoop loop;
  EXPECT_EQ(count(), 0);
  readers_.reset();
  loop.endRound();
  EXPECT_EQ(loop.ends(), 0U);
}

}  // namespace
}  // namespace sw::sql
