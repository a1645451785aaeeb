#include <gtest/gtest.h>

#include "fakes/fake_command_store.h"
#include "jobs/command_inbox.h"
#include "unit/jobs/job_world.h"

namespace sw::jobs {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using namespace std::chrono_literals;

/// Waits at a gate, if it is told to, and then ends as it is told.
class GatedCommand final : public CommandHandler {
 public:
  void check(base::json::Value /*payload*/, base::json::Problems& /*problems*/) const override {}
  Task<Result<std::string>> run(const CommandCall& call, UnitOfWork& unit) override {
    attempts = call.attempt;
    JobWorld::mark(unit, "effect/" + call.command.taskId);
    if (waits) co_await gate.wait();
    if (failure) co_return *failure;
    co_return R"({"done":true})";
  }

  Gate gate;
  bool waits = false;
  std::optional<Error> failure;
  int attempts = 0;
};

class CommandJobTest : public testing::Test {
 protected:
  CommandJobTest() {
    registry_.add("TRAIN_MODEL", command_);
    runner_.add(std::string(CommandJob::kKind), job_);
  }
  void submit(const std::string& taskId) {
    const auto unit = world_.storage.begin();
    const Command command{.taskId = taskId, .taskType = "TRAIN_MODEL", .payload = "{}"};
    ASSERT_TRUE(base::runBlocking(inbox_.submit(ada_, command, {}, *unit)).ok());
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  int turn() {
    const auto done = world_.loop.run(runner_.turn(true));
    world_.settle();
    return done.ok() ? done->begun : -1;
  }
  CommandRecord record(const std::string& taskId) {
    return *base::runBlocking(inbox_.find(ada_, taskId));
  }
  std::optional<JobStore::Found> job(const std::string& taskId) {
    return *base::runBlocking(world_.store.find(CommandJob::kKind, ada_.toString() + '/' + taskId));
  }

  JobWorld world_;
  const base::Uuid ada_ = base::newUuid(world_.instruments.clock);
  GatedCommand command_;
  CommandRegistry registry_;
  fakes::FakeCommandStore commands_{world_.storage};
  CommandInbox inbox_{registry_, commands_, world_.store, world_.instruments.clock};
  CommandJob job_{registry_, commands_, world_.storage, world_.instruments.clock};
  JobRunner runner_{{world_.storage, world_.store, world_.instruments.clock, world_.probe},
                    {},
                    [] { return 0.5; },
                    [] {}};
};

TEST_F(CommandJobTest, EndsWithItsResultAndWhatItWrote) {
  submit("t-1");
  EXPECT_EQ(record("t-1").status, CommandStatus::kQueued);
  EXPECT_EQ(turn(), 1);
  EXPECT_EQ(record("t-1").status, CommandStatus::kSucceeded);
  EXPECT_EQ(record("t-1").result, R"({"done":true})");
  EXPECT_EQ(world_.marked("effect/t-1"), "1");
  EXPECT_EQ(job("t-1"), std::nullopt);
}

TEST_F(CommandJobTest, RunsUntilItsEnd) {
  command_.waits = true;
  submit("t-1");
  turn();
  EXPECT_EQ(record("t-1").status, CommandStatus::kRunning);
  command_.gate.pass(world_.loop);
  world_.settle();
  EXPECT_EQ(record("t-1").status, CommandStatus::kSucceeded);
}

TEST_F(CommandJobTest, WaitsForItsNextAttemptWithTheErrorOfTheLast) {
  command_.failure = Error(Code::kUnavailable, "the model is away");
  submit("t-1");
  turn();
  EXPECT_EQ(record("t-1").status, CommandStatus::kQueued);
  EXPECT_EQ(record("t-1").errorCode, "UNAVAILABLE");
  EXPECT_EQ(record("t-1").attempts, 1);
  command_.failure.reset();
  world_.instruments.clock.advance(1min);
  turn();
  EXPECT_EQ(record("t-1").status, CommandStatus::kSucceeded);
  EXPECT_EQ(record("t-1").errorCode, "");
  EXPECT_EQ(world_.marked("effect/t-1"), "1");
}

TEST_F(CommandJobTest, SaysThatItTookTooLong) {
  command_.waits = true;
  submit("t-1");
  turn();
  world_.instruments.clock.advance(5min);
  turn();
  EXPECT_EQ(record("t-1").status, CommandStatus::kQueued);
  EXPECT_EQ(record("t-1").error, "took longer than 300000 ms");
  command_.gate.pass(world_.loop);
  world_.settle();
}

TEST_F(CommandJobTest, AnAttemptThatEndsTooLateChangesNothing) {
  command_.waits = true;
  command_.failure = Error(Code::kUnavailable, "the model is away");
  submit("t-1");
  for (int i = 0; i < job_.policy().attempts; ++i) {
    EXPECT_EQ(turn(), 1) << i;
    world_.instruments.clock.advance(job_.policy().timeout);
    EXPECT_EQ(turn(), 0) << i;
    world_.instruments.clock.advance(1min);
  }
  EXPECT_EQ(record("t-1").status, CommandStatus::kFailed);
  command_.gate.pass(world_.loop);
  world_.settle();
  EXPECT_EQ(record("t-1").status, CommandStatus::kFailed);
  EXPECT_EQ(record("t-1").error, "took longer than 300000 ms");
  EXPECT_EQ(job("t-1")->state, JobState::kDead);
}

TEST_F(CommandJobTest, ATypeThatThisBuildDoesNotDoFailsAndRunsWhenItIsBack) {
  submit("t-1");
  const CommandRegistry without;
  CommandJob older{without, commands_, world_.storage, world_.instruments.clock};
  JobRunner downgraded{{world_.storage, world_.store, world_.instruments.clock, world_.probe},
                       {},
                       [] { return 0.5; },
                       [] {}};
  downgraded.add(std::string(CommandJob::kKind), older);
  ASSERT_TRUE(world_.loop.run(downgraded.turn(true)).ok());
  world_.settle();
  EXPECT_EQ(record("t-1").status, CommandStatus::kFailed);
  const auto dead = job("t-1");
  ASSERT_EQ(dead->state, JobState::kDead);
  EXPECT_NE(dead->job.lastError.find("TRAIN_MODEL"), std::string::npos);

  const auto unit = world_.storage.begin();
  world_.store.revive(*unit, dead->job.id, world_.instruments.clock.now());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(turn(), 1);
  EXPECT_EQ(record("t-1").status, CommandStatus::kSucceeded);
  EXPECT_EQ(record("t-1").attempts, 1);
}

}  // namespace
}  // namespace sw::jobs
