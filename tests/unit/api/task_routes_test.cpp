#include <algorithm>
#include <atomic>
#include <thread>

#include "api_world.h"
#include "obs/exposition.h"

namespace sw::api {
namespace {

using base::json::Document;

class TaskRoutesTest : public ::testing::Test {
 protected:
  const std::string ann_ = tokenFor("ann");

  Answer post(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world_.send(Method::kPost, target, ann_, body, std::move(headers));
  }
  Answer patch(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world_.send(Method::kPatch, target, ann_, body, std::move(headers));
  }
  Answer complete(const std::string& id) {
    return world_.call({Method::kPost, "/tasks/" + id + "/complete", ann_, {}, {}});
  }
  Answer reopen(const std::string& id) {
    return world_.call({Method::kDelete, "/tasks/" + id + "/complete", ann_, {}, {}});
  }
  Answer get(const std::string& id) { return world_.get("/tasks/" + id, ann_); }
  std::string make(const std::string& body) {
    const Answer made = post("/tasks", body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.text({"id"});
  }
  /// A task that waits for others.
  std::string make(const std::string& title, const std::vector<std::string>& blockers) {
    std::string body = R"({"title":")" + title + R"(","blockedBy":[)";
    for (const std::string& id : blockers) {
      if (body.back() == '"') body += ',';
      body += '"' + id + '"';
    }
    return make(body + "]}");
  }
  /// The titles of a list, one after the other.
  std::string titles(const std::string& query) {
    const Answer list = world_.get("/tasks" + query, ann_);
    EXPECT_EQ(list.status, 200) << list.body;
    const auto document = Document::parse(list.body);
    std::string out;
    const base::json::Value items = document->root().find("items");
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += items.at(i).find("title").asString().value_or("?");
    }
    return out;
  }
  double metric(std::string_view family) {
    const std::string text = obs::expose(world_.metrics, obs::ExpositionFormat::kText);
    const std::string line = "\n" + std::string(family) + " ";
    const std::size_t at = text.find(line);
    EXPECT_NE(at, std::string::npos) << family;
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size()));
  }
  /// The types in the caller's log, oldest first.
  std::vector<std::string> types() {
    std::vector<std::string> found;
    const auto read = base::runBlocking(world_.changes.read({world_.userOf("ann").id, 0}, 1000));
    EXPECT_TRUE(read.ok());
    if (!read.ok()) return found;
    for (const jobs::Change& change : *read) {
      if (change.type.starts_with("task.")) found.push_back(change.type);
    }
    return found;
  }

  ApiWorld world_;
};

TEST_F(TaskRoutesTest, MakesReadsChangesAndDeletesATask) {
  const Answer made =
      post("/tasks", R"({"title":"Report","duration":90,"deadline":{"date":"2026-02-01"},)"
                     R"("splittable":true,"smallestPiece":30,"tags":["work"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/tasks/" + made.text({"id"});
  EXPECT_EQ(made.header("Location"), path);
  EXPECT_EQ(made.header("ETag"), "\"1\"");
  EXPECT_EQ(made.text({"deadline", "date"}), "2026-02-01");
  EXPECT_EQ(world_.get(path, ann_, {{"If-None-Match", "\"1\""}}).status, 304);

  EXPECT_EQ(patch(path, R"({"title":"Memo"})", {{"If-Match", "\"7\""}}).status, 412);
  const Answer changed = patch(path, R"({"title":"Memo","deadline":null,"duration":60})",
                               {{"If-Match", "\"1-gzip\""}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text({"title"}), "Memo");
  EXPECT_EQ(changed.text({"deadline"}), "");
  EXPECT_EQ(changed.text({"duration"}), "60");
  EXPECT_EQ(changed.text({"smallestPiece"}), "30");

  const Answer put = world_.send(Method::kPut, path, ann_, R"({"title":"Letter"})");
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.text({"duration"}), "");
  EXPECT_EQ(world_.call({Method::kDelete, path, ann_, {}, {{"If-Match", "\"1\""}}}).status, 412);
  EXPECT_EQ(world_.call({Method::kDelete, path, ann_, {}, {}}).status, 204);
  EXPECT_EQ(world_.get(path, ann_).status, 404);
  EXPECT_EQ(types(), (std::vector<std::string>{"task.created", "task.updated", "task.updated",
                                               "task.deleted"}));
}

TEST_F(TaskRoutesTest, AnswersAllProblemsAtOnce) {
  const Answer bad = post("/tasks", R"({"title":"","priority":"huge","extra":1,)"
                                    R"("goalId":"0190163d-8694-739b-aea5-966c26f8ad91"})");
  EXPECT_EQ(bad.status, 422);
  for (const char* field : {"title", "priority", "extra", "goalId"}) {
    EXPECT_NE(bad.body.find("\"field\":\"" + std::string(field) + '"'), std::string::npos)
        << bad.body;
  }
}

TEST_F(TaskRoutesTest, ListsByStatusSortTagAndWord) {
  // The clock stands at 09:00 UTC on 5 January 2026.
  make(R"({"title":"a","deadline":"2026-01-04","priority":"low"})");
  make(R"({"title":"b","deadline":"2026-01-05T09:00:01Z","priority":"high","tags":["x"]})");
  make(R"({"title":"c","deadline":"2026-01-12","notes":"Zahnarzt"})");
  make(R"({"title":"d","deadline":"2026-01-13","priority":"critical"})");
  make(R"({"title":"e","status":"completed"})");
  make(R"({"title":"f","status":"cancelled","deadline":"2026-01-01"})");
  EXPECT_EQ(titles("?status=overdue"), "a");
  EXPECT_EQ(titles("?status=due-soon&sort=deadline"), "bc");
  EXPECT_EQ(titles("?status=open&sort=priority"), "dbca");
  EXPECT_EQ(titles("?status=completed"), "e");
  EXPECT_EQ(titles("?sort=deadline"), "fabcde");
  EXPECT_EQ(titles("?tag=x"), "b");
  EXPECT_EQ(titles("?q=zahn"), "c");
  EXPECT_EQ(titles("?q=%2E%2E"), "") << "a search without a word finds nothing";
  EXPECT_EQ(world_.get("/tasks?q=a+b+c+d+e", ann_).status, 422);
  EXPECT_EQ(world_.get("/tasks?status=lazy", ann_).status, 422);
  EXPECT_EQ(world_.get("/tasks?goalId=no", ann_).status, 422);
  EXPECT_EQ(titles("").size(), 6U);
}

TEST_F(TaskRoutesTest, PagesWithoutLossOrRepeat) {
  for (const char* title : {"a", "b", "c", "d", "e"}) {
    make(R"({"title":")" + std::string(title) + "\"}");
  }
  std::string all;
  std::string query = "?maxResults=2&sort=priority";
  std::string token;
  for (int page = 0; page < 3; ++page) {
    all += titles(query);
    token = world_.get("/tasks" + query, ann_).text({"nextPageToken"});
    EXPECT_EQ(token.empty(), page == 2);
    if (page == 0) {
      EXPECT_EQ(world_.get("/tasks?sort=created&pageToken=" + token, ann_).status, 422)
          << "a place in one sort means nothing in another";
    }
    query = "?maxResults=2&sort=priority&pageToken=" + token;
  }
  std::ranges::sort(all);
  EXPECT_EQ(all, "abcde");
}

TEST_F(TaskRoutesTest, CompletesOnceHoweverOftenItIsSaid) {
  const std::string id = make(R"({"title":"a"})");
  const Answer done = complete(id);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.text({"status"}), "completed");
  EXPECT_EQ(done.text({"completedAt"}), "2026-01-05T09:00:00Z");
  world_.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(complete(id).body, done.body);
  EXPECT_EQ(patch("/tasks/" + id, R"({"status":"completed"})").body, done.body);
  EXPECT_EQ(types(), (std::vector<std::string>{"task.created", "task.completed"}));
  EXPECT_DOUBLE_EQ(metric("scheduling_tasks_created_total"), 1);
  EXPECT_DOUBLE_EQ(metric("scheduling_tasks_completed_total"), 1);
  const Answer open = reopen(id);
  EXPECT_EQ(open.text({"status"}), "open");
  EXPECT_EQ(open.text({"completedAt"}), "");
}

TEST_F(TaskRoutesTest, MakesOneNextInstanceHoweverManyCompleteATaskAtOnce) {
  const std::string id =
      make(R"({"title":"Rent","deadline":"2026-01-31","recurrence":"FREQ=MONTHLY"})");
  std::atomic<int> fine = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 8; ++j) {
        if (complete(id).status == 200) ++fine;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fine, 64);
  EXPECT_EQ(titles(""), "RentRent");
  EXPECT_DOUBLE_EQ(metric("scheduling_tasks_created_total"), 2);
  EXPECT_DOUBLE_EQ(metric("scheduling_tasks_completed_total"), 1);
}

TEST_F(TaskRoutesTest, RepeatsARecurringTaskOverAChangeOfClocks) {
  static_cast<void>(world_.get("/tasks", ann_));
  world_.send(Method::kPatch, "/settings", ann_, R"({"timeZone":"Europe/Berlin"})");
  const std::string id =
      make(R"({"title":"Bins","deadline":{"dateTime":"2026-03-22T07:00:00",)"
           R"("timeZone":"Europe/Berlin"},"recurrence":"RRULE:FREQ=WEEKLY;COUNT=2"})");
  const Answer done = complete(id);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.text({"deadline", "dateTime"}), "2026-03-22T07:00:00+01:00");
  const std::string nextId = done.text({"nextId"});
  const Answer next = get(nextId);
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(next.text({"deadline", "dateTime"}), "2026-03-29T07:00:00+02:00");
  EXPECT_EQ(next.text({"seriesId"}), id);
  EXPECT_EQ(next.text({"occurrence"}), "2");
  EXPECT_EQ(complete(nextId).text({"nextId"}), "") << "its COUNT is reached";
}

TEST_F(TaskRoutesTest, TakesTheNextInstanceBackUnlessSomebodyTouchedIt) {
  const std::string id =
      make(R"({"title":"Rent","deadline":"2026-01-31","recurrence":"FREQ=MONTHLY"})");
  const std::string first = complete(id).text({"nextId"});
  EXPECT_EQ(reopen(id).text({"nextId"}), "");
  EXPECT_EQ(get(first).status, 404);
  const std::string second = complete(id).text({"nextId"});
  EXPECT_NE(second, first);
  patch("/tasks/" + second, R"({"notes":"ask Bob"})");
  EXPECT_EQ(reopen(id).text({"nextId"}), second);
  EXPECT_EQ(get(second).status, 200);
  EXPECT_EQ(complete(id).text({"nextId"}), second) << "the series goes on from it";
}

TEST_F(TaskRoutesTest, HoldsABlockedTaskBack) {
  const std::string wall = make(R"({"title":"Wall"})");
  const std::string roof = make("Roof", {wall});
  const Answer blocked = get(roof);
  EXPECT_EQ(blocked.text({"blocked"}), "true");
  EXPECT_EQ(blocked.text({"openBlockers"}), "[\"" + wall + "\"]");
  for (const Answer& refused :
       {complete(roof), patch("/tasks/" + roof, R"({"status":"completed"})"),
        post("/tasks", R"({"title":"x","status":"completed","blockedBy":[")" + wall + "\"]}")}) {
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_NE(refused.body.find(wall), std::string::npos) << refused.body;
  }
  EXPECT_EQ(complete(wall).status, 200);
  // What the task waits for has changed, though the task itself has not.
  EXPECT_EQ(world_.get("/tasks/" + roof, ann_, {{"If-None-Match", blocked.header("ETag")}}).status,
            200);
  EXPECT_EQ(
      patch("/tasks/" + roof, R"({"notes":"n"})", {{"If-Match", blocked.header("ETag")}}).status,
      200);
  EXPECT_EQ(complete(roof).status, 200);
}

TEST_F(TaskRoutesTest, LetsACancelledOrDeletedBlockerGo) {
  const std::string one = make(R"({"title":"a"})");
  const std::string two = make(R"({"title":"b"})");
  const std::string waits = make("c", {one, two});
  patch("/tasks/" + one, R"({"status":"cancelled"})");
  EXPECT_EQ(get(waits).text({"openBlockers"}), "[\"" + two + "\"]");
  EXPECT_EQ(world_.call({Method::kDelete, "/tasks/" + two, ann_, {}, {}}).status, 204);
  EXPECT_EQ(get(waits).text({"blocked"}), "false");
  const std::string three = make(R"({"title":"d"})");
  const Answer more =
      patch("/tasks/" + waits, R"({"blockedBy":[")" + two + R"(",")" + three + "\"]}");
  ASSERT_EQ(more.status, 200) << more.body;
  EXPECT_EQ(more.text({"blockedBy"}), "[\"" + three + "\"]") << "what is gone is left out";
}

TEST_F(TaskRoutesTest, RefusesACycleAndNamesIt) {
  const std::string a = make(R"({"title":"a"})");
  const std::string b = make("b", {a});
  const std::string c = make("c", {b});
  const Answer refused = patch("/tasks/" + a, R"({"blockedBy":[")" + c + "\"]}");
  ASSERT_EQ(refused.status, 422) << refused.body;
  EXPECT_NE(refused.body.find(a + " waits for " + c + " waits for " + b + " waits for " + a),
            std::string::npos)
      << refused.body;
  EXPECT_EQ(patch("/tasks/" + a, R"({"blockedBy":[")" + a + "\"]}").status, 422);
  const std::string bobs =
      world_.send(Method::kPost, "/tasks", tokenFor("bob"), R"({"title":"x"})").text({"id"});
  EXPECT_EQ(patch("/tasks/" + a, R"({"blockedBy":[")" + bobs + "\"]}").status, 422);
}

TEST_F(TaskRoutesTest, MakesNoCycleByTwoChangesAtOnce) {
  const std::string a = make(R"({"title":"a"})");
  const std::string b = make(R"({"title":"b"})");
  const auto wait = [&](const std::string& who, const std::string& forWhom) {
    patch("/tasks/" + who, R"({"blockedBy":[")" + forWhom + "\"]}");
  };
  for (int round = 0; round < 20; ++round) {
    std::thread one([&] { wait(a, b); });
    std::thread two([&] { wait(b, a); });
    one.join();
    two.join();
    const bool first = get(a).text({"blockedBy"}) != "[]";
    const bool second = get(b).text({"blockedBy"}) != "[]";
    ASSERT_NE(first, second) << "exactly one of them waits for the other";
    patch("/tasks/" + a, R"({"blockedBy":[]})");
    patch("/tasks/" + b, R"({"blockedBy":[]})");
  }
}

TEST_F(TaskRoutesTest, MovesTheGoalThatItNames) {
  const std::string goal = post("/goals", R"({"title":"Move house"})").text({"id"});
  const std::string named = make(R"({"title":"a","goalId":")" + goal + "\"}");
  world_.clock.advance(std::chrono::seconds(1));
  make(R"({"title":"b","goalId":")" + goal + "\"}");
  EXPECT_EQ(titles("?goalId=" + goal), "ab");
  complete(named);
  const Answer half = world_.get("/goals/" + goal, ann_);
  EXPECT_EQ(half.text({"measuredBy"}), "tasks");
  EXPECT_DOUBLE_EQ(std::stod(half.text({"progress"})), 0.5);
  const std::string bobs =
      world_.send(Method::kPost, "/goals", tokenFor("bob"), R"({"title":"x"})").text({"id"});
  EXPECT_EQ(patch("/tasks/" + named, R"({"goalId":")" + bobs + "\"}").status, 422);
  world_.call({Method::kDelete, "/goals/" + goal, ann_, {}, {}});
  EXPECT_EQ(patch("/tasks/" + named, R"({"notes":"n"})").status, 200)
      << "a goal that is gone is no reason to refuse another change";
}

TEST_F(TaskRoutesTest, LogsTimeAndTakesItBack) {
  const std::string id = make(R"({"title":"a"})");
  const Answer logged = post("/tasks/" + id + "/time", R"({"duration":45,"note":"n"})");
  ASSERT_EQ(logged.status, 201) << logged.body;
  post("/tasks/" + id + "/time", R"({"duration":15})");
  EXPECT_EQ(get(id).text({"timeSpent"}), "60");
  const Answer page = world_.get("/tasks/" + id + "/time?maxResults=1", ann_);
  EXPECT_NE(page.text({"nextPageToken"}), "");
  const std::string entry = "/tasks/" + id + "/time/" + logged.text({"id"});
  EXPECT_EQ(world_.call({Method::kDelete, entry, ann_, {}, {}}).status, 204);
  EXPECT_EQ(world_.call({Method::kDelete, entry, ann_, {}, {}}).status, 404);
  EXPECT_EQ(get(id).text({"timeSpent"}), "15");
  EXPECT_EQ(post("/tasks/" + id + "/time", R"({"duration":0})").status, 422);
}

TEST_F(TaskRoutesTest, DoesAPostWithOneKeyOnce) {
  const HeaderList key = {{"Idempotency-Key", "k"}};
  const Answer first = post("/tasks", R"({"title":"a"})", key);
  const Answer again = post("/tasks", R"({"title":"a"})", key);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(titles(""), "a");
}

}  // namespace
}  // namespace sw::api
