#include "adapters/sql/slow_query_log.h"

#include <gmock/gmock.h>

#include <atomic>

#include "unit/adapters/sql/sql_testing.h"
#include "unit/obs/obs_fixture.h"

namespace sw::sql {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A database whose plans the test makes up.
class SlowQueryLogTest : public testing::Test {
 protected:
  std::unique_ptr<SlowQueryLog> make(std::chrono::nanoseconds threshold) {
    const SlowQueryLog::Options options{.threshold = threshold};
    return std::make_unique<SlowQueryLog>(
        options,
        [this](const Statement& statement) -> base::Result<std::string> {
          ++asked_;
          if (broken_) return base::Error(base::Code::kUnavailable, "the database is away");
          return "SCAN of " + std::string(statement.name);
        },
        instruments_.clock, capture_.log);
  }
  std::vector<std::string> lines() {
    capture_.log.flush();
    return capture_.lines();
  }

  obs::Instruments instruments_;
  obs::LogCapture capture_{instruments_};
  std::atomic<int> asked_{0};
  std::atomic<bool> broken_{false};
};

TEST_F(SlowQueryLogTest, TellsWhatWasSlowWithItsPlan) {
  auto slow = make(100ms);
  slow->finished(kHasNumber, 99ms, 1);
  slow->finished(kHasNumber, 100ms, 7);
  slow.reset();
  const auto told = lines();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasSubstr("\"level\":\"WARN\""));
  EXPECT_THAT(told[0], HasSubstr("\"component\":\"database\""));
  EXPECT_THAT(told[0], HasSubstr("\"operation\":\"select\""));
  EXPECT_THAT(told[0], HasSubstr("\"duration\":100"));
  EXPECT_THAT(told[0], HasSubstr("\"statement\":\"numbers.has\""));
  EXPECT_THAT(told[0], HasSubstr("\"summary\":\"SELECT value FROM numbers WHERE id = ?1\""));
  EXPECT_THAT(told[0], HasSubstr("\"rows\":7"));
  EXPECT_THAT(told[0], HasSubstr("\"plan\":\"SCAN of numbers.has\""));
  EXPECT_THAT(told[0], Not(HasSubstr("suppressed")));
}

TEST_F(SlowQueryLogTest, BatchIsOneLineWithEachOfItsStatements) {
  auto slow = make(1ms);
  WriteBatch batch;
  const Value row[] = {std::int64_t{4711}, std::int64_t{815}};
  batch.add(kAddNumber, row);
  batch.add(kAddNumber, row);
  batch.add(kSetNumber, row);
  const WriteOutcome outcome{
      {.rows = 1, .value = {}}, {.rows = 1, .value = {}}, {.rows = 3, .value = {}}};
  slow->finished(batch, 5ms, &outcome);
  slow.reset();
  const auto told = lines();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasSubstr("\"operation\":\"transaction\""));
  EXPECT_THAT(told[0], HasSubstr("\"statement\":\"numbers.add, numbers.set\""));
  EXPECT_THAT(told[0], HasSubstr("\"rows\":5"));
  EXPECT_THAT(told[0], Not(HasSubstr("4711")));
  EXPECT_THAT(told[0], Not(HasSubstr("815")));
}

TEST_F(SlowQueryLogTest, OneLineOfAStatementInAWhileSaysHowManyItStandsFor) {
  auto slow = make(1ms);
  slow->finished(kHasNumber, 2ms, 1);
  slow->finished(kCountNumbers, 2ms, 1);
  for (int i = 0; i < 5; ++i) slow->finished(kHasNumber, 2ms, 1);
  slow.reset();  // it has written everything by now
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_EQ(asked_, 2);
}

TEST_F(SlowQueryLogTest, MissingPlanIsSaidAndStopsNothing) {
  broken_ = true;
  auto slow = make(1ms);
  slow->finished(kHasNumber, 2ms, 1);
  slow.reset();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_THAT(lines()[0], HasSubstr("no plan: the database is away"));
}

TEST_F(SlowQueryLogTest, ThresholdOfZeroSwitchesItOff) {
  auto slow = make(0ms);
  slow->finished(kHasNumber, 1h, 1);
  slow.reset();
  EXPECT_TRUE(lines().empty());
}

using SqlitePlans = SqliteTest;

TEST_F(SqlitePlans, AreThoseOfTheEngine) {
  const auto database = openNumbers();
  const PlanReader plans = sqlitePlans(options_);
  const auto byKey = plans(kHasNumber);
  ASSERT_TRUE(byKey.ok()) << byKey.error().describe();
  EXPECT_THAT(*byKey, HasSubstr("SEARCH numbers USING PRIMARY KEY (id=?)"));
  const auto all = plans(kCountNumbers);
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(*all, HasSubstr("SCAN numbers"));
  EXPECT_TRUE(plans(kSetNumber).ok());
  constexpr Statement kWrong{"wrong", Operation::kSelect, "SELECT no FROM nothing"};
  EXPECT_FALSE(plans(kWrong).ok());
  EXPECT_EQ(*plans(kHasNumber), *byKey);
}

TEST_F(SqlitePlans, SlowReadsAndWritesOfADatabaseAreTold) {
  obs::Instruments instruments;
  obs::LogCapture capture(instruments);
  struct Deaf final : SqlObserver {
    void queryFinished(Operation, std::chrono::nanoseconds, bool) override {}
    void writesGrouped(std::size_t, std::chrono::nanoseconds) override {}
    void queueRejected(Pool) override {}
  } observer;
  {
    SlowQueryLog slow({.threshold = 1ns}, sqlitePlans(options_), clock_, capture.log);
    const auto database = openNumbers(&observer);
    database->tellSlowQueries(slow);
    ASSERT_TRUE(write(*database, addNumber(1)).ok());
    auto ignore = [](const Row&) {};
    ASSERT_TRUE(base::runBlocking(database->read(kCountNumbers, {}, ignore)).ok());
  }
  capture.log.flush();
  const auto told = capture.lines();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_THAT(told[0], HasSubstr("\"statement\":\"numbers.add\""));
  EXPECT_THAT(told[1], HasSubstr("\"plan\":\"SCAN numbers"));
  EXPECT_THAT(told[1], HasSubstr("\"rows\":1"));
}

}  // namespace
}  // namespace sw::sql
