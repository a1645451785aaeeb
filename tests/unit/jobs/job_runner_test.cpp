#include "jobs/job_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/job_backoff.h"
#include "unit/jobs/job_world.h"

namespace sw::jobs {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using testing::ElementsAre;
using namespace std::chrono_literals;
using Buried = std::pair<std::string, base::Code>;

class JobRunnerTest : public testing::Test {
 protected:
  void failWith(Code code) {
    world_.handler.work = [code](const Job&, UnitOfWork&) -> Task<Result<void>> {
      co_return Error(code, "the target is away");
    };
  }
  void waitAtTheGate() {
    world_.handler.work = [this](const Job& job, UnitOfWork& unit) -> Task<Result<void>> {
      const std::string key = job.key;
      JobWorld::mark(unit, key);
      co_await gate_.wait();
      co_return Result<void>();
    };
  }
  void letGo() {
    gate_.pass(world_.loop);
    world_.settle();
  }

  JobWorld world_;
  Gate gate_;
};

TEST_F(JobRunnerTest, KeepsWhatTheHandlerWroteTogetherWithTheEnd) {
  waitAtTheGate();
  world_.put("a");
  EXPECT_EQ(world_.turn().begun, 1);
  EXPECT_EQ(world_.runner->running(), 1);
  EXPECT_EQ(world_.marked("a"), "0");
  letGo();
  EXPECT_EQ(world_.runner->running(), 0);
  EXPECT_EQ(world_.marked("a"), "1");
  EXPECT_EQ(world_.find("a"), std::nullopt);
  EXPECT_EQ(world_.executed("succeeded"), "1");
}

TEST_F(JobRunnerTest, RunsNoMoreAtOnceThanThePolicyAllowsAndTheMostUrgentFirst) {
  world_.handler.rules.concurrency = 2;
  world_.rebuild();
  waitAtTheGate();
  world_.put("last", {}, 9);
  world_.put("usual", {}, 5);
  world_.put("first", {}, 0);
  EXPECT_EQ(world_.turn().begun, 2);
  EXPECT_THAT(world_.handler.began, ElementsAre("first", "usual"));
  EXPECT_EQ(world_.turn().begun, 0);
  letGo();
  EXPECT_EQ(world_.turn().begun, 1);
  EXPECT_THAT(world_.handler.began, ElementsAre("first", "usual", "last"));
  letGo();
}

TEST_F(JobRunnerTest, RunsOneOfAUserAtATimeWhereThePolicySaysSo) {
  world_.handler.rules.ordered = true;
  world_.rebuild();
  waitAtTheGate();
  const base::Uuid ada = base::newUuid(world_.instruments.clock);
  world_.put("one", -3s, 5, ada);
  world_.put("two", -2s, 5, ada);
  world_.put("other", -1s, 5, base::newUuid(world_.instruments.clock));
  world_.turn();
  EXPECT_THAT(world_.handler.began, ElementsAre("one", "other"));
  letGo();
  world_.turn();
  EXPECT_THAT(world_.handler.began, ElementsAre("one", "other", "two"));
  letGo();
}

TEST_F(JobRunnerTest, TriesAgainAfterAWaitThatGrows) {
  failWith(Code::kUnavailable);
  world_.put("a");
  for (const auto wait : {500ms, 1000ms, 2000ms}) {
    EXPECT_EQ(world_.turn().begun, 1);
    world_.settle();
    const auto found = world_.find("a");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->next, world_.instruments.clock.now() + wait);
    EXPECT_EQ(found->job.lastError, "the target is away");
    EXPECT_EQ(world_.turn().next, std::min(found->next, world_.instruments.clock.now() + 1s));
    world_.instruments.clock.advance(wait);
  }
  EXPECT_EQ(world_.executed("retried"), "3");
  world_.handler.work = nullptr;
  world_.turn();
  world_.settle();
  EXPECT_EQ(world_.find("a"), std::nullopt);
}

TEST_F(JobRunnerTest, BuriesWhatFailsForGoodAndNamesIt) {
  failWith(Code::kInvalid);
  world_.put("poison");
  world_.turn();
  world_.settle();
  EXPECT_EQ(world_.find("poison")->state, JobState::kDead);
  EXPECT_THAT(world_.handler.dead, ElementsAre(Buried("poison", Code::kInvalid)));
  EXPECT_EQ(world_.executed("dead"), "1");
  std::string logged;
  for (const std::string& line : world_.log.lines()) logged += line;
  EXPECT_NE(logged.find("job_dead"), std::string::npos) << logged;
  EXPECT_NE(logged.find(world_.find("poison")->job.id.toString()), std::string::npos) << logged;
}

TEST_F(JobRunnerTest, BuriesAJobWhoseAttemptsAreUsedUp) {
  world_.handler.rules.attempts = 2;
  world_.rebuild();
  failWith(Code::kTimeout);
  world_.put("a");
  for (int i = 0; i < 2; ++i) {
    world_.turn();
    world_.settle();
    world_.instruments.clock.advance(1min);
  }
  EXPECT_EQ(world_.find("a")->state, JobState::kDead);
  EXPECT_EQ(world_.find("a")->job.attempts, 2);
}

TEST_F(JobRunnerTest, BuriesAJobThatEndsTheProcessAtEveryAttempt) {
  world_.handler.rules.attempts = 2;
  world_.rebuild();
  world_.put("a");
  const JobStore::Claim claim{.wanted = {{.kind = "mail", .limit = 1}},
                              .holder = "another",
                              .now = {},
                              .lease = 1s,
                              .limit = 1};
  for (int i = 0; i < 2; ++i) {
    auto now = claim;
    now.now = world_.instruments.clock.now();
    ASSERT_EQ(base::runBlocking(world_.store.claim(now))->size(), 1U);
    world_.instruments.clock.advance(2s);
  }
  world_.turn();
  world_.settle();
  EXPECT_TRUE(world_.handler.began.empty());
  EXPECT_EQ(world_.find("a")->state, JobState::kDead);
}

TEST_F(JobRunnerTest, AnExceptionEndsTheJobAndNotTheProcess) {
  world_.handler.work = [](const Job&, UnitOfWork&) -> Task<Result<void>> {
    throw std::runtime_error("a defect");
  };
  world_.put("a");
  world_.turn();
  world_.settle();
  EXPECT_THAT(world_.handler.dead, ElementsAre(Buried("a", Code::kInternal)));
}

TEST_F(JobRunnerTest, GivesUpAnAttemptThatTakesTooLong) {
  world_.handler.rules.timeout = 5s;
  world_.handler.rules.concurrency = 1;
  world_.rebuild();
  waitAtTheGate();
  world_.put("slow");
  world_.turn();
  world_.instruments.clock.advance(5s);
  world_.turn();
  world_.settle();
  ASSERT_TRUE(world_.find("slow").has_value());
  EXPECT_EQ(world_.find("slow")->holder, "");
  EXPECT_NE(world_.find("slow")->job.lastError.find("5000 ms"), std::string::npos);
  EXPECT_EQ(world_.executed("retried"), "1");
  // It still has its place, and its end counts for nothing.
  world_.instruments.clock.advance(1min);
  EXPECT_EQ(world_.turn().begun, 0);
  letGo();
  EXPECT_EQ(world_.marked("slow"), "0");
  EXPECT_EQ(world_.turn().begun, 1);
  letGo();
  EXPECT_EQ(world_.marked("slow"), "1");
}

TEST_F(JobRunnerTest, KeepsTheLeaseOfWhatRunsLong) {
  waitAtTheGate();
  world_.put("a");
  world_.turn();
  for (int i = 0; i < 5; ++i) {
    world_.instruments.clock.advance(10s);
    world_.turn();
    EXPECT_GT(world_.find("a")->next, world_.instruments.clock.now());
  }
  letGo();
  EXPECT_EQ(world_.marked("a"), "1");
}

TEST_F(JobRunnerTest, DoesNotTakeWhatItRunsAgainWhenTheClockIsPutForward) {
  waitAtTheGate();
  world_.put("a");
  world_.turn();
  world_.instruments.clock.set(world_.instruments.clock.now() + 1h);
  EXPECT_EQ(world_.turn().begun, 0);
  letGo();
  EXPECT_EQ(world_.marked("a"), "1");
  EXPECT_EQ(world_.executed("succeeded"), "1");
}

TEST_F(JobRunnerTest, ALostLeaseWritesNothingAndIsNoFailure) {
  waitAtTheGate();
  world_.put("a");
  world_.turn();
  // Nobody renewed it: the process was paused, and another copy took the job.
  world_.instruments.clock.advance(31s);
  const JobStore::Claim claim{.wanted = {{.kind = "mail", .limit = 1}},
                              .holder = "another",
                              .now = world_.instruments.clock.now(),
                              .lease = 30s,
                              .limit = 1};
  ASSERT_EQ(base::runBlocking(world_.store.claim(claim))->size(), 1U);
  letGo();
  EXPECT_EQ(world_.marked("a"), "0");
  EXPECT_EQ(world_.executed("superseded"), "1");
  EXPECT_EQ(world_.executed("retried"), "0");
  EXPECT_EQ(world_.find("a")->holder, "another");
}

TEST_F(JobRunnerTest, AJobReplacedWhileItRunsIsDoneAnew) {
  waitAtTheGate();
  world_.put("a");
  world_.turn();
  world_.put("a");
  letGo();
  EXPECT_EQ(world_.marked("a"), "0");
  EXPECT_EQ(world_.executed("superseded"), "1");
  EXPECT_EQ(world_.turn().begun, 1);
  letGo();
  EXPECT_EQ(world_.marked("a"), "1");
  EXPECT_EQ(world_.find("a"), std::nullopt);
}

TEST_F(JobRunnerTest, AGuardOfTheHandlerThatDoesNotHoldIsTriedAgain) {
  world_.handler.work = [](const Job& job, UnitOfWork& unit) -> Task<Result<void>> {
    if (job.attempts == 1) {
      fakes::FakeStorage::add(unit, [](fakes::FakeTables&) -> std::optional<Error> {
        return Error(Code::kConflict, "it was changed meanwhile");
      });
    }
    co_return Result<void>();
  };
  world_.put("a");
  world_.turn();
  world_.settle();
  EXPECT_EQ(world_.executed("retried"), "1");
  world_.instruments.clock.advance(1min);
  world_.turn();
  world_.settle();
  EXPECT_EQ(world_.find("a"), std::nullopt);
}

TEST_F(JobRunnerTest, GivesBackWhatRunsWithoutCountingTheAttempt) {
  waitAtTheGate();
  world_.put("a");
  world_.turn();
  EXPECT_EQ(world_.loop.run(world_.runner->giveBack()), 1U);
  EXPECT_EQ(world_.find("a")->holder, "");
  EXPECT_EQ(world_.find("a")->job.attempts, 0);
  letGo();
  EXPECT_EQ(world_.marked("a"), "0");
}

TEST_F(JobRunnerTest, GoesOnWhenTheStoreIsBack) {
  world_.put("a");
  world_.store.failNextClaim(Error(Code::kUnavailable, "the database is away"));
  EXPECT_FALSE(world_.loop.run(world_.runner->turn(true)).ok());
  EXPECT_EQ(world_.turn().begun, 1);
  world_.settle();
  EXPECT_EQ(world_.find("a"), std::nullopt);
}

TEST_F(JobRunnerTest, LeavesAloneWhatItDoesNotKnowAndWarnsOfItOnce) {
  Job job;
  job.id = base::newUuid(world_.instruments.clock);
  job.kind = "of a later version";
  job.payload = "{}";
  job.due = job.created = world_.instruments.clock.now();
  const auto unit = world_.storage.begin();
  world_.store.put(*unit, job);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(world_.turn().begun, 0);
  world_.instruments.clock.advance(1min);
  for (int i = 0; i < 3; ++i) {
    const auto now = world_.instruments.clock.now();
    world_.probe.censusTaken(*base::runBlocking(world_.store.census(now)), now);
  }
  const auto warnings = std::ranges::count_if(world_.log.lines(), [](const std::string& line) {
    return line.find("does not know how to do") != std::string::npos;
  });
  EXPECT_EQ(warnings, 1);
  EXPECT_EQ(world_.instruments.sample(
                R"(scheduling_jobs_oldest_overdue_age_seconds{kind="of a later version"})"),
            "60");
}

TEST_F(JobRunnerTest, GoesOnWithTheTraceOfTheRequest) {
  world_.put("a");
  world_.turn();
  world_.settle();
  ASSERT_EQ(world_.kept.traces.size(), 1U);
  const obs::KeptTrace& trace = *world_.kept.traces[0];
  EXPECT_EQ(obs::toHex(trace.id), "0af7651916cd43dd8448eb211c80319c");
  const obs::SpanRecord& span = obs::spanOf(trace, "job");
  EXPECT_EQ(obs::attributeOf(trace, span, "job.kind"), "mail");
  EXPECT_EQ(obs::attributeOf(trace, span, "job.outcome"), "succeeded");
}

TEST(JobBackoffTest, DoublesWithFullJitterUpToTheLongestWait) {
  const JobPolicy policy{.firstWait = 100ms, .longestWait = 1s};
  for (const double random : {0.0, 0.25, 0.999}) {
    std::chrono::duration<double, std::micro> most = 100ms;
    for (int attempt = 1; attempt <= 100; ++attempt) {
      const auto wait = waitAfter(policy, attempt, random);
      EXPECT_NEAR(static_cast<double>(wait.count()),
                  std::min(most, decltype(most)(1s)).count() * random, 1.0)
          << attempt;
      most = std::min(most * 2, decltype(most)(1h));
    }
  }
}

}  // namespace
}  // namespace sw::jobs
