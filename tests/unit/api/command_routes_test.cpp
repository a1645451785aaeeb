#include <gtest/gtest.h>

#include "api_world.h"

namespace sw::api {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCommand =
    R"({"taskId":"t-1","taskType":"OPTIMIZE_SCHEDULE","payload":{"days":7},"priority":2})";

class CommandRoutesTest : public testing::Test {
 protected:
  Answer submit(std::string_view body, const std::string& subject = "ann") {
    return world_.send(Method::kPost, "/commands", tokenFor(subject), std::string(body));
  }
  std::vector<jobs::Job> claim() {
    const jobs::JobStore::Claim claim{.wanted = {{.kind = "command", .limit = 10}},
                                      .holder = "x",
                                      .now = world_.clock.now(),
                                      .lease = 30s,
                                      .limit = 10};
    return *base::runBlocking(world_.jobs.store.claim(claim));
  }
  /// Does a job as the scheduler would.
  base::Result<void> runJob(const jobs::Job& job) {
    const auto unit = world_.storage.begin();
    auto ran = base::runBlocking(world_.jobs.handler.run(job, *unit));
    if (!ran.ok()) return ran;
    world_.jobs.store.finish(*unit, job);
    return base::runBlocking(unit->commit());
  }

  ApiWorld world_;
};

TEST_F(CommandRoutesTest, QueuesACommandAndSaysWhereItIs) {
  const Answer answer = submit(kCommand);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("Location"), "/commands/t-1");
  EXPECT_EQ(answer.text({"status"}), "queued");
  const auto jobs = claim();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].priority, 2);
  EXPECT_EQ(jobs[0].actor.requestId.empty(), false);
  EXPECT_EQ(world_.get("/commands/t-1", tokenFor("ann")).text({"status"}), "queued");
}

TEST_F(CommandRoutesTest, ShowsTheResultOnceItIsDone) {
  submit(kCommand);
  ASSERT_TRUE(runJob(claim().front()).ok());
  const Answer done = world_.get("/commands/t-1", tokenFor("ann"));
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.text({"status"}), "succeeded");
  EXPECT_NE(done.body.find(R"("result":{"planned":{"days":7}})"), std::string::npos) << done.body;
}

TEST_F(CommandRoutesTest, ARepeatRunsNothingAndAnswersHowFarTheFirstHasCome) {
  submit(kCommand);
  ASSERT_TRUE(runJob(claim().front()).ok());
  const Answer again = submit(kCommand);
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.text({"status"}), "succeeded");
  EXPECT_TRUE(claim().empty());
}

TEST_F(CommandRoutesTest, AnotherCommandUnderATakenTaskIdIsAConflict) {
  submit(kCommand);
  const Answer other =
      submit(R"({"taskId":"t-1","taskType":"OPTIMIZE_SCHEDULE","payload":{"days":8}})");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(claim().size(), 1U);
  EXPECT_EQ(submit(kCommand, "bob").status, 202);
}

TEST_F(CommandRoutesTest, NamesTheTypesThatAreOffered) {
  const Answer answer = submit(R"({"taskId":"t-1","taskType":"TRAIN_MODEL"})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find("OPTIMIZE_SCHEDULE"), std::string::npos) << answer.body;
}

TEST_F(CommandRoutesTest, NamesAllThatIsWrongAtOnce) {
  const Answer answer = submit(
      R"({"taskId":"a b","taskType":"OPTIMIZE_SCHEDULE","payload":{"days":99},"priority":12})");
  EXPECT_EQ(answer.status, 422);
  for (const char* const field : {"taskId", "payload.days", "priority"}) {
    EXPECT_NE(answer.body.find(field), std::string::npos) << field << " in " << answer.body;
  }
  EXPECT_TRUE(claim().empty());
}

TEST_F(CommandRoutesTest, AnothersCommandIsNotThere) {
  submit(kCommand);
  EXPECT_EQ(world_.get("/commands/t-1", tokenFor("bob")).status, 404);
  EXPECT_EQ(world_.get("/commands/none", tokenFor("ann")).status, 404);
}

TEST_F(CommandRoutesTest, OperatorsSeeRetryAndDropDeadJobs) {
  submit(kCommand);
  submit(R"({"taskId":"t-2","taskType":"OPTIMIZE_SCHEDULE","payload":{"days":1}})");
  for (const jobs::Job& job : claim()) {
    const auto unit = world_.storage.begin();
    const base::Error error(base::Code::kInternal, "poison");
    world_.jobs.store.bury(*unit, job, "poison", world_.clock.now());
    world_.jobs.handler.buried(job, error, *unit);
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  EXPECT_EQ(world_.get("/commands/t-1", tokenFor("ann")).text({"status"}), "failed");
  EXPECT_EQ(world_.get("/commands/t-1", tokenFor("ann")).text({"error", "code"}), "INTERNAL");

  const std::string operatorToken = tokenFor("ann", R"(,"role":"operator")");
  const Answer census = world_.get("/ops/api/jobs", operatorToken);
  EXPECT_NE(census.body.find(R"("dead":2)"), std::string::npos) << census.body;
  std::vector<std::string> ids;
  std::string page;
  do {
    const Answer list = world_.get("/ops/api/jobs/dead?maxResults=1" + page, operatorToken);
    ASSERT_EQ(list.status, 200);
    EXPECT_NE(list.body.find(R"("error":"poison")"), std::string::npos);
    const auto document = base::json::Document::parse(list.body);
    ids.emplace_back(*document->root().find("items").at(0).find("id").asString());
    const auto next = document->root().find("nextPageToken").asString();
    page = next ? "&pageToken=" + std::string(*next) : "";
  } while (!page.empty());
  ASSERT_EQ(ids.size(), 2U);

  const std::string dead = "/ops/api/jobs/dead/";
  EXPECT_EQ(world_.send(Method::kPost, dead + ids[0] + "/retry", operatorToken, "").status, 204);
  EXPECT_EQ(world_.send(Method::kPost, dead + ids[0] + "/retry", operatorToken, "").status, 404);
  EXPECT_EQ(world_.send(Method::kDelete, dead + ids[1], operatorToken, "").status, 204);
  EXPECT_EQ(world_.send(Method::kDelete, dead + ids[1], operatorToken, "").status, 404);
  const auto again = claim();
  ASSERT_EQ(again.size(), 1U);
  ASSERT_TRUE(runJob(again[0]).ok());
  EXPECT_EQ(world_.get("/ops/api/jobs", tokenFor("bob")).status, 404);
}

}  // namespace
}  // namespace sw::api
