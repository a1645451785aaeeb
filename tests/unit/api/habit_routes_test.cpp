#include "api_world.h"
#include "obs/exposition.h"

namespace sw::api {
namespace {

class HabitRoutesTest : public ::testing::Test {
 protected:
  Answer post(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world_.send(Method::kPost, target, ann_, body, std::move(headers));
  }
  std::string create(const std::string& body) {
    const Answer made = post("/habits", body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.text({"id"});
  }
  Answer get(const std::string& target) { return world_.get(target, ann_); }

  double metric(const std::string& family) {
    const std::string text = obs::expose(world_.metrics, obs::ExpositionFormat::kText);
    const std::size_t at = text.find("\n" + family + " ");
    EXPECT_NE(at, std::string::npos) << family;
    return at == std::string::npos ? -1 : std::stod(text.substr(at + family.size() + 2));
  }

  ApiWorld world_;  // Monday, 5 January 2026, 9:00 UTC
  std::string ann_ = tokenFor("ann");
};

TEST_F(HabitRoutesTest, CreatesShowsChangesAndRemoves) {
  const Answer made =
      post("/habits", R"({"name":"Walk","targetTime":"07:30","frequency":"daily"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/habits/" + made.text({"id"});
  EXPECT_EQ(made.header("Location"), path);
  EXPECT_EQ(made.text({"progress", "nextDue", "dateTime"}), "2026-01-05T07:30:00Z");
  EXPECT_EQ(get(path).header("ETag"), made.header("ETag"));
  const Answer patched = world_.send(Method::kPatch, path, ann_, R"({"category":"health"})",
                                     {{"If-Match", made.header("ETag")}});
  ASSERT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(patched.text({"category"}), "health");
  EXPECT_EQ(patched.text({"targetTime"}), "07:30");
  EXPECT_EQ(
      world_
          .send(Method::kPut, path, ann_, R"({"name":"Run"})", {{"If-Match", made.header("ETag")}})
          .status,
      412);
  const Answer put = world_.send(Method::kPut, path, ann_, R"({"name":"Run"})");
  EXPECT_EQ(put.text({"targetTime"}), "");
  EXPECT_EQ(world_.call({Method::kDelete, path, ann_, {}, {}}).status, 204);
  EXPECT_EQ(get(path).status, 404);
}

TEST_F(HabitRoutesTest, TellsEverythingThatIsWrongAtOnce) {
  const Answer bad = post("/habits", R"({"frequency":{"type":"weekly","days":["XX"]},)"
                                     R"("targetTime":"25:00","timeZone":"Mars","colour":"red"})");
  EXPECT_EQ(bad.status, 422);
  for (const char* field : {"name", "frequency.days", "targetTime", "timeZone", "colour"}) {
    EXPECT_NE(bad.body.find('"' + std::string(field) + '"'), std::string::npos) << field;
  }
  EXPECT_EQ(post("/habits", R"({"name":"x","frequency":"FREQ=HOURLY"})").status, 422);
}

TEST_F(HabitRoutesTest, CompletesOnceADateAndTakesItBack) {
  const std::string path = "/habits/" + create(R"({"name":"Walk"})");
  const Answer first = post(path + "/complete", R"({"note":"rain"})");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.text({"currentStreak"}), "1");
  EXPECT_EQ(first.text({"entry", "note"}), "rain");
  const int commits = world_.storage.commits();
  EXPECT_EQ(post(path + "/complete", "{}").text({"completions"}), "1");
  EXPECT_EQ(post(path + "/complete", R"({"date":"2026-01-06"})").status, 422);
  EXPECT_EQ(post(path + "/skip", "{}").status, 409);
  EXPECT_EQ(get(path + "/streak").text({"lastCompleted"}), "2026-01-05");
  EXPECT_LE(world_.storage.commits() - commits, 1);
  EXPECT_EQ(world_.call({Method::kDelete, path + "/complete?date=2026-01-05", ann_, {}, {}}).status,
            200);
  EXPECT_EQ(get(path + "/streak").text({"currentStreak"}), "0");
  EXPECT_EQ(world_.call({Method::kDelete, path + "/complete", ann_, {}, {}}).status, 404);
}

TEST_F(HabitRoutesTest, RepeatsACompletionByItsKey) {
  const std::string path =
      "/habits/" + create(R"({"name":"Water","goal":{"amount":2,"unit":"l"}})");
  for (int i = 0; i < 3; ++i) {
    const Answer answer = post(path + "/complete", R"({"amount":0.5})", {{"Idempotency-Key", "k"}});
    EXPECT_NE(answer.body.find(R"("amount":0.5)"), std::string::npos) << answer.body;
  }
}

TEST_F(HabitRoutesTest, ListsWhatIsDueAndWhatWasLeftUndone) {
  const std::string walk = create(R"({"name":"Walk","startDate":"2026-01-01"})");
  const std::string swim = create(R"({"name":"Swim","frequency":{"type":"weekly","days":["TU"]}})");
  EXPECT_EQ(get("/habits?due=today").body.find(swim), std::string::npos);
  EXPECT_NE(get("/habits?due=today").body.find(walk), std::string::npos);
  EXPECT_EQ(post("/habits/" + walk + "/complete", "{}").status, 200);
  EXPECT_EQ(get("/habits?due=today").text({"items"}), "[]");
  EXPECT_NE(get("/habits?unmet=2026-01-04").body.find(walk), std::string::npos);
  EXPECT_EQ(post("/habits/" + walk + "/complete", R"({"date":"2026-01-04"})").status, 200);
  EXPECT_EQ(get("/habits?unmet=2026-01-04").text({"items"}), "[]");
  const Answer page = get("/habits?maxResults=1");
  ASSERT_FALSE(page.text({"nextPageToken"}).empty());
  const Answer rest = get("/habits?maxResults=1&pageToken=" + page.text({"nextPageToken"}));
  for (const std::string& id : {walk, swim}) {
    EXPECT_NE((page.body + rest.body).find(R"("id":")" + id), std::string::npos);
  }
  EXPECT_EQ(rest.text({"nextPageToken"}), "");
}

TEST_F(HabitRoutesTest, CountsHabitsCompletionsAndStreaks) {
  const std::string path = "/habits/" + create(R"({"name":"Walk"})");
  EXPECT_EQ(post(path + "/complete", "{}").status, 200);
  EXPECT_EQ(post(path + "/complete", "{}").status, 200);
  EXPECT_DOUBLE_EQ(metric("scheduling_habits_created_total"), 1);
  EXPECT_DOUBLE_EQ(metric("scheduling_habits_completed_total"), 1);
  const auto census = base::runBlocking(world_.habits.store.streaks(world_.clock.now()));
  world_.habits.probe.streaksCounted(*census);
  EXPECT_DOUBLE_EQ(metric(R"(scheduling_habit_streaks_current{days="1-2"})"), 1);
  // Nothing is written at midnight; the streak is over all the same.
  world_.clock.advance(std::chrono::hours(48));
  const auto later = base::runBlocking(world_.habits.store.streaks(world_.clock.now()));
  world_.habits.probe.streaksCounted(*later);
  EXPECT_DOUBLE_EQ(metric(R"(scheduling_habit_streaks_current{days="1-2"})"), 0);
  EXPECT_DOUBLE_EQ(metric(R"(scheduling_habit_streaks_current{days="0"})"), 1);
}

TEST_F(HabitRoutesTest, RestsAndGoesOn) {
  const std::string path = "/habits/" + create(R"({"name":"Walk"})");
  const Answer resting = post(path + "/pause", R"({"note":"holidays"})");
  ASSERT_EQ(resting.status, 200) << resting.body;
  EXPECT_EQ(resting.text({"progress", "paused"}), "true");
  EXPECT_EQ(resting.text({"progress", "nextDue"}), "");
  EXPECT_EQ(post(path + "/pause", "{}").status, 422);
  EXPECT_EQ(post(path + "/resume", "{}").text({"progress", "due"}), "true");
  EXPECT_EQ(post(path + "/resume", "{}").status, 409);
}

TEST_F(HabitRoutesTest, ChangesTheFrequencyFromADateOn) {
  const std::string path = "/habits/" + create(R"({"name":"Walk","startDate":"2025-12-01"})");
  const Answer changed = world_.send(Method::kPatch, path + "?effectiveFrom=2026-01-01", ann_,
                                     R"({"frequency":{"type":"times","times":3,"period":"week"}})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_NE(changed.text({"history"}).find(R"("from":"2026-01-01")"), std::string::npos);
  EXPECT_EQ(changed.text({"frequency", "times"}), "3");
}

TEST_F(HabitRoutesTest, ShowsStatisticsAndWhatIsRecorded) {
  const std::string path = "/habits/" + create(R"({"name":"Walk","startDate":"2026-01-01"})");
  for (const char* body : {R"({"date":"2026-01-02"})", "{}"}) {
    ASSERT_EQ(post(path + "/complete", body).status, 200);
  }
  const Answer stats = get(path + "/stats");
  ASSERT_EQ(stats.status, 200) << stats.body;
  EXPECT_EQ(stats.text({"completion", "done"}), "2");
  EXPECT_EQ(stats.text({"completion", "expected"}), "5");
  EXPECT_NE(stats.body.find(R"({"date":"2026-01-03","status":"missed")"), std::string::npos);
  const Answer page = get(path + "/completions?maxResults=1");
  EXPECT_EQ(page.text({"nextPageToken"}), "2026-01-05");
  EXPECT_NE(get(path + "/completions?pageToken=2026-01-05").body.find("2026-01-02"),
            std::string::npos);
}

}  // namespace
}  // namespace sw::api
