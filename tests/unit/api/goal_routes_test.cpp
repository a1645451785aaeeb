#include <algorithm>
#include <atomic>
#include <thread>

#include "api_world.h"
#include "obs/exposition.h"

namespace sw::api {
namespace {

using base::json::Document;

class GoalRoutesTest : public ::testing::Test {
 public:
  const std::string ann = tokenFor("ann");

  Answer post(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world.send(Method::kPost, target, ann, body, std::move(headers));
  }
  Answer patch(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world.send(Method::kPatch, target, ann, body, std::move(headers));
  }
  std::string make(const std::string& body) {
    const Answer made = post("/goals", body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.text({"id"});
  }
  /// The titles of a list, one after the other.
  std::string titles(const std::string& query) {
    const Answer list = world.get("/goals" + query, ann);
    EXPECT_EQ(list.status, 200) << list.body;
    const auto document = Document::parse(list.body);
    std::string out;
    const base::json::Value items = document->root().find("items");
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += items.at(i).find("title").asString().value_or("?");
    }
    return out;
  }
  /// The number in a body at a path of names; -1 where there is none.
  static double number(const Answer& answer, std::initializer_list<std::string_view> path) {
    const std::string text = answer.text(path);
    EXPECT_NE(text.find_first_of("0123456789"), std::string::npos) << answer.body;
    return text.find_first_of("0123456789") == std::string::npos ? -1 : std::stod(text);
  }
  double metric(std::string_view family) {
    const std::string text = obs::expose(world.metrics, obs::ExpositionFormat::kText);
    const std::string line = "\n" + std::string(family) + " ";
    const std::size_t at = text.find(line);
    EXPECT_NE(at, std::string::npos) << family;
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size()));
  }

  ApiWorld world;
};

TEST_F(GoalRoutesTest, MakesReadsChangesAndDeletesAGoal) {
  const Answer made = post("/goals", R"({"title":"Run","metrics":{"target":500,"unit":"km"},)"
                                     R"("targetDate":{"date":"2026-12-31"},"tags":["sport"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/goals/" + made.text({"id"});
  EXPECT_EQ(made.header("Location"), path);
  EXPECT_EQ(made.header("ETag"), "\"1\"");
  EXPECT_EQ(made.text({"targetDate", "date"}), "2026-12-31");
  EXPECT_EQ(made.text({"startDate", "date"}), "2026-01-05");
  EXPECT_EQ(made.text({"measuredBy"}), "metric");
  EXPECT_EQ(world.get(path, ann, {{"If-None-Match", "\"1\""}}).status, 304);

  const Answer stale = patch(path, R"({"title":"Ride"})", {{"If-Match", "\"7\""}});
  EXPECT_EQ(stale.status, 412);
  const Answer changed =
      patch(path, R"({"title":"Ride","targetDate":null,"metrics":{"unit":"mi"}})",
            {{"If-Match", "\"1-gzip\""}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text({"title"}), "Ride");
  EXPECT_EQ(changed.text({"targetDate"}), "");
  EXPECT_DOUBLE_EQ(number(changed, {"metrics", "target"}), 500);
  EXPECT_EQ(changed.text({"metrics", "unit"}), "mi");

  const Answer put = world.send(Method::kPut, path, ann, R"({"title":"Swim"})");
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.text({"metrics"}), "");
  EXPECT_EQ(world.call({Method::kDelete, path, ann, {}, {{"If-Match", "\"1\""}}}).status, 412);
  EXPECT_EQ(world.call({Method::kDelete, path, ann, {}, {}}).status, 204);
  EXPECT_EQ(world.get(path, ann).status, 404);
}

TEST_F(GoalRoutesTest, AnswersAllProblemsAtOnce) {
  const Answer bad = post("/goals", R"({"title":"","priority":"huge","extra":1})");
  EXPECT_EQ(bad.status, 422);
  for (const char* field : {"title", "priority", "extra"}) {
    EXPECT_NE(bad.body.find("\"field\":\"" + std::string(field) + '"'), std::string::npos)
        << bad.body;
  }
}

TEST_F(GoalRoutesTest, ListsByStatusSortTypeAndTag) {
  // The clock stands at 5 January 2026.
  make(R"({"title":"a","targetDate":"2026-01-04","startDate":"2025-12-01","priority":"low"})");
  make(R"({"title":"b","targetDate":"2026-01-05","priority":"high","tags":["x"]})");
  make(R"({"title":"c","targetDate":"2026-01-12","type":"health"})");
  make(R"({"title":"d","targetDate":"2026-01-13","priority":"critical"})");
  make(R"({"title":"e","status":"completed"})");
  make(R"({"title":"f","status":"paused","targetDate":"2026-01-01","startDate":"2025-12-01"})");
  EXPECT_EQ(titles("?status=overdue"), "a");
  EXPECT_EQ(titles("?status=due-soon&sort=targetDate"), "bc");
  EXPECT_EQ(titles("?status=active&sort=priority"), "dbca");
  EXPECT_EQ(titles("?status=completed"), "e");
  EXPECT_EQ(titles("?sort=targetDate"), "fabcde");
  EXPECT_EQ(titles("?type=health"), "c");
  EXPECT_EQ(titles("?tag=x"), "b");
  EXPECT_EQ(world.get("/goals?status=lazy", ann).status, 422);
  EXPECT_EQ(titles("").size(), 6U);
}

TEST_F(GoalRoutesTest, PagesWithoutLossOrRepeat) {
  for (const char* title : {"a", "b", "c", "d", "e"}) {
    make(R"({"title":")" + std::string(title) + "\"}");
  }
  std::string all;
  std::string query = "?maxResults=2&sort=priority";
  for (int page = 0; page < 3; ++page) {
    all += titles(query);
    const std::string token = world.get("/goals" + query, ann).text({"nextPageToken"});
    EXPECT_EQ(token.empty(), page == 2);
    query = "?maxResults=2&sort=priority&pageToken=" + token;
  }
  std::ranges::sort(all);
  EXPECT_EQ(all, "abcde");
  const std::string token =
      world.get("/goals?maxResults=2&sort=priority", ann).text({"nextPageToken"});
  EXPECT_EQ(world.get("/goals?sort=created&pageToken=" + token, ann).status, 422)
      << "a place in one sort means nothing in another";
}

TEST_F(GoalRoutesTest, TellsOverdueByTheOwnersZone) {
  // 09:00 UTC on 5 January: in Auckland the 5th still, in Pago Pago the 4th.
  const std::string id =
      make(R"({"title":"a","startDate":"2025-12-01","targetDate":"2026-01-04"})");
  EXPECT_EQ(world.get("/goals/" + id, ann).text({"overdue"}), "true");
  const Answer moved = patch("/settings", R"({"timeZone":"Pacific/Pago_Pago"})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(world.get("/goals/" + id, ann).text({"overdue"}), "false");
  EXPECT_EQ(titles("?status=due-soon"), "a");
}

TEST_F(GoalRoutesTest, RecordsProgressAndCompletesAtTheTarget) {
  const std::string path = "/goals/" + make(R"({"title":"Run","metrics":{"target":10}})");
  const Answer put = world.send(Method::kPut, path + "/progress", ann, R"({"value":4})");
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_DOUBLE_EQ(number(put, {"goal", "progress"}), 0.4);
  EXPECT_EQ(put.header("ETag"), put.text({"goal", "etag"}));
  world.clock.advance(std::chrono::minutes(1));
  const Answer added = post(path + "/progress", R"({"amount":6,"note":"done"})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.text({"goal", "status"}), "completed");
  EXPECT_EQ(metric("scheduling_goals_completed_total"), 1);
  EXPECT_EQ(metric("scheduling_goals_created_total"), 1);

  const std::string entry = path + "/progress/" + added.text({"entry", "id"});
  const Answer corrected = patch(entry, R"({"amount":5})");
  ASSERT_EQ(corrected.status, 200) << corrected.body;
  EXPECT_EQ(corrected.text({"goal", "status"}), "active");
  EXPECT_EQ(corrected.text({"entry", "note"}), "done");
  const Answer back = world.call({Method::kDelete, entry, ann, {}, {}});
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_DOUBLE_EQ(number(back, {"progress"}), 0.4);
  EXPECT_EQ(world.call({Method::kDelete, entry, ann, {}, {}}).status, 404);

  const Answer journal = world.get(path + "/progress", ann);
  EXPECT_EQ(journal.status, 200);
  const auto document = Document::parse(journal.body);
  EXPECT_EQ(document->root().find("items").size(), 1U);
}

TEST_F(GoalRoutesTest, PagesTheJournalLatestFirst) {
  const std::string path = "/goals/" + make(R"({"title":"Run","metrics":{"target":10}})");
  for (int day = 1; day <= 3; ++day) {
    post(path + "/progress",
         R"({"amount":1,"at":"2026-01-0)" + std::to_string(day) + R"(T08:00:00Z"})");
  }
  const Answer first = world.get(path + "/progress?maxResults=2", ann);
  EXPECT_NE(first.body.find("2026-01-03"), std::string::npos);
  EXPECT_EQ(first.body.find("2026-01-01"), std::string::npos);
  const Answer second =
      world.get(path + "/progress?maxResults=2&pageToken=" + first.text({"nextPageToken"}), ann);
  EXPECT_NE(second.body.find("2026-01-01"), std::string::npos);
  EXPECT_EQ(second.text({"nextPageToken"}), "");
}

TEST_F(GoalRoutesTest, DoesAPostWithOneKeyOnce) {
  const std::string path = "/goals/" + make(R"({"title":"Run","metrics":{"target":10}})");
  const HeaderList key = {{"Idempotency-Key", "k"}};
  const Answer first = post(path + "/progress", R"({"amount":1})", key);
  const Answer again = post(path + "/progress", R"({"amount":1})", key);
  EXPECT_EQ(again.body, first.body);
  EXPECT_DOUBLE_EQ(number(world.get(path, ann), {"metrics", "completion"}), 1);
}

TEST_F(GoalRoutesTest, LosesNoneOf64ProgressPostsAtOnce) {
  const std::string path = "/goals/" + make(R"({"title":"Run","metrics":{"target":1000}})");
  constexpr int kThreads = 8;
  constexpr int kEach = 8;
  std::atomic<int> recorded = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kEach; ++j) {
        if (post(path + "/progress", R"({"amount":1})").status == 201) ++recorded;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(recorded, kThreads * kEach);
  EXPECT_DOUBLE_EQ(number(world.get(path, ann), {"metrics", "completion"}), 64);
  EXPECT_EQ(world.get(path, ann).header("ETag"), "\"65\"");
}

TEST_F(GoalRoutesTest, AddsCompletesReopensAndRemovesMilestones) {
  const std::string path = "/goals/" + make(R"({"title":"Ship","milestones":[{"title":"a"}]})");
  const Answer added = post(path + "/milestones", R"({"title":"b","weight":3})");
  ASSERT_EQ(added.status, 201) << added.body;
  const auto document = Document::parse(added.body);
  const std::string id(
      document->root().find("milestones").at(1).find("id").asString().value_or(""));
  const std::string one = path + "/milestones/" + id;
  const Answer done = world.call({Method::kPost, one + "/complete", ann, {}, {}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_DOUBLE_EQ(number(done, {"progress"}), 0.75);
  EXPECT_EQ(world.call({Method::kPost, one + "/complete", ann, {}, {}}).body, done.body);
  const Answer open = world.call({Method::kDelete, one + "/complete", ann, {}, {}});
  EXPECT_DOUBLE_EQ(number(open, {"progress"}), 0);
  EXPECT_EQ(world.call({Method::kDelete, one, ann, {}, {}}).status, 200);
  EXPECT_EQ(world.call({Method::kDelete, one, ann, {}, {}}).status, 404);
  EXPECT_EQ(post(path + "/milestones", R"({"weight":-1})").status, 422);
}

TEST_F(GoalRoutesTest, LogsTimeAndCountsItInTheAnalytics) {
  const std::string path = "/goals/" + make(R"({"title":"Run"})");
  const Answer logged = post(path + "/time", R"({"duration":45,"note":"n"})");
  ASSERT_EQ(logged.status, 201) << logged.body;
  post(path + "/time", R"({"duration":15})");
  EXPECT_DOUBLE_EQ(number(world.get(path + "/analytics", ann), {"timeSpent"}), 60);
  const std::string entry = path + "/time/" + logged.text({"id"});
  EXPECT_EQ(world.call({Method::kDelete, entry, ann, {}, {}}).status, 204);
  EXPECT_EQ(world.call({Method::kDelete, entry, ann, {}, {}}).status, 404);
  EXPECT_DOUBLE_EQ(number(world.get(path + "/analytics", ann), {"timeSpent"}), 15);
  EXPECT_EQ(post(path + "/time", R"({"duration":0})").status, 422);
}

TEST_F(GoalRoutesTest, ForecastsTheEnd) {
  const std::string path =
      "/goals/" + make(R"({"title":"Run","startDate":"2026-01-01","targetDate":"2026-01-31",)"
                       R"("metrics":{"target":100}})");
  for (int day = 1; day <= 5; ++day) {
    post(path + "/progress",
         R"({"amount":4,"at":"2026-01-0)" + std::to_string(day) + R"(T06:00:00Z"})");
  }
  const Answer seen = world.get(path + "/analytics", ann);
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_DOUBLE_EQ(number(seen, {"progress"}), 0.2);
  EXPECT_DOUBLE_EQ(number(seen, {"velocity", "perDay"}), 4);
  EXPECT_EQ(seen.text({"estimatedCompletion", "date"}), "2026-01-25");
  EXPECT_DOUBLE_EQ(number(seen, {"estimatedCompletion", "interval", "level"}), 0.8);
  EXPECT_EQ(seen.text({"verdict"}), "onTrack");
  EXPECT_NE(seen.text({"explanation"}), "");
}

TEST_F(GoalRoutesTest, FollowsItsTasksWhenRead) {
  const std::string id = make(R"({"title":"Move"})");
  tasks::Task task;
  task.id = base::newUuid(world.clock);
  task.ownerId = world.userOf("ann").id;
  task.content.goalId = *base::Uuid::parse(id);
  task.completedAt = world.clock.now();
  const auto unit = world.storage.begin();
  fakes::FakeStorage::add(*unit, [=](fakes::FakeTables& tables) -> std::optional<base::Error> {
    tables.tasks[task.id] = task;
    return std::nullopt;
  });
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  const Answer read = world.get("/goals/" + id, ann);
  EXPECT_EQ(read.text({"measuredBy"}), "tasks");
  EXPECT_EQ(read.text({"status"}), "completed");
}

}  // namespace
}  // namespace sw::api
