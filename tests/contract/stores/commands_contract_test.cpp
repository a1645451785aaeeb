#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using jobs::CommandRecord;
using jobs::CommandStatus;
using namespace std::chrono_literals;

class CommandStoreContract : public StoreContract {
 protected:
  CommandRecord record(const std::string& taskId) {
    CommandRecord made;
    made.userId = user_;
    made.command = {.taskId = taskId,
                    .taskType = "OPTIMIZE_SCHEDULE",
                    .payload = R"({"days":7})",
                    .priority = 3};
    made.requestId = "r-1";
    made.created = clock_.now();
    return made;
  }
  base::Result<void> create(const CommandRecord& record) {
    const auto unit = begin();
    backend_->commands().create(*unit, record);
    return commit(unit);
  }
  void update(const jobs::CommandProgress& progress) {
    const auto unit = begin();
    backend_->commands().update(*unit, progress);
    ASSERT_TRUE(commit(unit).ok());
  }
  std::optional<CommandRecord> find(const std::string& taskId) {
    return get(backend_->commands().find(user_, taskId));
  }

  base::Uuid user_ = base::newUuid(clock_);
};
SW_CONTRACT_SUITE(CommandStoreContract);

TEST_P(CommandStoreContract, KeepsWhatACommandSays) {
  const CommandRecord given = record("t-1");
  ASSERT_TRUE(create(given).ok());
  EXPECT_EQ(find("t-1"), given);
  EXPECT_EQ(find("t-2"), std::nullopt);
  EXPECT_EQ(get(backend_->commands().find(newId(), "t-1")), std::nullopt);
}

TEST_P(CommandStoreContract, ATaskIdIsTakenOnceByEachUser) {
  ASSERT_TRUE(create(record("t-1")).ok());
  EXPECT_EQ(create(record("t-1")).error().code(), Code::kConflict);
  CommandRecord other = record("t-1");
  other.userId = newId();
  EXPECT_TRUE(create(other).ok());
}

TEST_P(CommandStoreContract, FollowsACommandToItsEnd) {
  ASSERT_TRUE(create(record("t-1")).ok());
  const auto started = clock_.now();
  update({.userId = user_, .taskId = "t-1", .attempts = 1, .started = started});
  EXPECT_EQ(find("t-1")->status, CommandStatus::kRunning);
  update({.userId = user_,
          .taskId = "t-1",
          .status = CommandStatus::kQueued,
          .attempts = 1,
          .errorCode = "UNAVAILABLE",
          .error = "away"});
  EXPECT_EQ(find("t-1")->error, "away");
  EXPECT_EQ(find("t-1")->started, started);
  clock_.advance(1s);
  update({.userId = user_,
          .taskId = "t-1",
          .status = CommandStatus::kSucceeded,
          .attempts = 2,
          .finished = clock_.now(),
          .result = R"({"placed":3})"});
  const auto done = find("t-1");
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->status, CommandStatus::kSucceeded);
  EXPECT_EQ(done->result, R"({"placed":3})");
  EXPECT_EQ(done->errorCode, "");
  EXPECT_EQ(done->attempts, 2);
  EXPECT_EQ(done->finished, clock_.now());
  update({.userId = user_, .taskId = "t-1", .attempts = 3});
  EXPECT_EQ(find("t-1"), done);
  update({.userId = user_, .taskId = "unknown"});
}

TEST_P(CommandStoreContract, ForgetsWhatEndedLongAgo) {
  for (const char* const id : {"old", "new", "waiting"}) ASSERT_TRUE(create(record(id)).ok());
  const auto end = [&](const std::string& id) {
    update({.userId = user_,
            .taskId = id,
            .status = CommandStatus::kFailed,
            .attempts = 1,
            .finished = clock_.now()});
  };
  end("old");
  clock_.advance(1h);
  end("new");
  EXPECT_EQ(get(backend_->commands().removeBefore(clock_.now(), 10)), 1);
  EXPECT_EQ(find("old"), std::nullopt);
  EXPECT_TRUE(find("new").has_value());
  EXPECT_TRUE(find("waiting").has_value());
}

}  // namespace
}  // namespace sw::contract
