#include "api_world.h"

namespace sw::api {
namespace {

using reminders::Reminder;
using reminders::ReminderState;
using std::chrono::minutes;

class ReminderRoutesTest : public ::testing::Test {
 protected:
  ReminderRoutesTest() { static_cast<void>(world_.get("/calendars", tokenFor("ann"))); }

  std::string add(int dueInMinutes, ReminderState state) {
    Reminder row;
    row.id = base::newUuid(world_.clock);
    row.userId = world_.userOf("ann").id;
    row.kind = reminders::ResourceKind::kGoal;
    row.resourceId = base::newUuid(world_.clock);
    row.occasionKey = "2026-01-05";
    row.due = world_.clock.now() + minutes(dueInMinutes);
    row.scheduled = row.due;
    row.title = "Run";
    row.channels = {"in_app"};
    row.state = state;
    row.revision = 1;
    const auto unit = world_.storage.begin();
    world_.reminders.store.put(*unit, row);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    return row.id.toString();
  }
  Answer post(const std::string& target, const std::string& body) {
    return world_.send(Method::kPost, target, tokenFor("ann"), body);
  }
  std::vector<std::string> ids(const Answer& answer) {
    std::vector<std::string> found;
    const auto document = base::json::Document::parse(answer.body);
    const auto items = document->root().find("items");
    for (std::size_t i = 0; i < items.size(); ++i) {
      found.emplace_back(items.at(i).find("id").asString().value_or(""));
    }
    return found;
  }

  ApiWorld world_;
};

TEST_F(ReminderRoutesTest, ListsInPagesWhatIsToComeAndWhatWas) {
  const std::string later = add(20, ReminderState::kPlanned);
  const std::string soon = add(10, ReminderState::kSnoozed);
  const std::string told = add(-1, ReminderState::kSent);
  const Answer first = world_.get("/reminders?maxResults=1", tokenFor("ann"));
  EXPECT_EQ(ids(first), std::vector{soon});
  const std::string next = first.text({"nextPageToken"});
  const Answer second = world_.get("/reminders?maxResults=1&pageToken=" + next, tokenFor("ann"));
  EXPECT_EQ(ids(second), std::vector{later});
  EXPECT_EQ(second.text({"nextPageToken"}), "");
  EXPECT_EQ(ids(world_.get("/reminders?part=recent", tokenFor("ann"))), std::vector{told});
  EXPECT_EQ(world_.get("/reminders?pageToken=x&part=y", tokenFor("ann")).status, 422);
}

TEST_F(ReminderRoutesTest, PutsAReminderOff) {
  const std::string id = add(-1, ReminderState::kSent);
  const Answer answer = post("/reminders/" + id + "/snooze", R"({"minutes":10})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"status"}), "snoozed");
  EXPECT_EQ(answer.text({"due"}), "2026-01-05T09:10:00Z");
  EXPECT_EQ(answer.text({"snoozes"}), "1");
  EXPECT_EQ(answer.header("ETag"), "\"2\"");
  const auto job = base::runBlocking(world_.jobs.store.find("reminder.snoozed", id));
  ASSERT_TRUE(job->has_value());
  EXPECT_EQ((*job)->job.due, world_.clock.now() + minutes(10));
  const Answer until =
      post("/reminders/" + id + "/snooze", R"({"until":"2026-01-05T11:00:00+01:00"})");
  EXPECT_EQ(until.text({"due"}), "2026-01-05T10:00:00Z");
}

TEST_F(ReminderRoutesTest, RefusesATimeThatIsNoneOrTooFar) {
  const std::string target = "/reminders/" + add(-1, ReminderState::kSent) + "/snooze";
  for (const char* body :
       {"{}", R"({"minutes":5,"until":"2026-01-05T10:00:00Z"})", R"({"minutes":0})",
        R"({"until":"2026-01-05T10:00:00"})", R"({"until":"2026-01-05T08:59:00Z"})",
        R"({"until":"2026-03-05T08:59:00Z"})", R"({"minutes":5,"hours":1})"}) {
    EXPECT_EQ(post(target, body).status, 422) << body;
  }
}

TEST_F(ReminderRoutesTest, PutsAReminderAside) {
  const std::string id = add(10, ReminderState::kSnoozed);
  const Answer answer = post("/reminders/" + id + "/dismiss", "");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"status"}), "dismissed");
  EXPECT_TRUE(ids(world_.get("/reminders", tokenFor("ann"))).empty());
  EXPECT_EQ(ids(world_.get("/reminders?part=recent", tokenFor("ann"))), std::vector{id});
}

TEST_F(ReminderRoutesTest, ObeysIfMatch) {
  const std::string target = "/reminders/" + add(-1, ReminderState::kSent);
  EXPECT_EQ(world_
                .send(Method::kPost, target + "/snooze", tokenFor("ann"), R"({"minutes":5})",
                      {{"If-Match", "\"7\""}})
                .status,
            412);
  const Answer got = world_.get(target, tokenFor("ann"));
  EXPECT_EQ(world_.get(target, tokenFor("ann"), {{"If-None-Match", got.header("ETag")}}).status,
            304);
}

}  // namespace
}  // namespace sw::api
