#include "api_world.h"

namespace sw::api {
namespace {

using base::Code;

class EventBatchTest : public ::testing::Test {
 protected:
  static std::string create(const std::string& summary) {
    return R"({"method":"create","event":{"summary":")" + summary +
           R"(","start":{"dateTime":"2026-03-02T09:00:00Z"},"end":{"dateTime":"2026-03-02T10:00:00Z"}}})";
  }
  static std::string wrong() { return R"({"method":"create","event":{"summary":"No times"}})"; }
  Answer send(const std::string& operations, const std::string& key = "k") {
    HeaderList headers;
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return world_.send(Method::kPost, "/events/batch", tokenFor("ann"),
                       R"({"operations":[)" + operations + "]}", headers);
  }
  static std::vector<std::string> statuses(const Answer& answer) {
    std::vector<std::string> out;
    const auto document = base::json::Document::parse(answer.body);
    EXPECT_TRUE(document.ok());
    const base::json::Value results = document->root().find("results");
    for (std::size_t i = 0; i < results.size(); ++i) {
      out.push_back(results.at(i).find("status").serialize());
    }
    return out;
  }
  std::vector<std::string> ids(const Answer& answer) {
    std::vector<std::string> out;
    const auto document = base::json::Document::parse(answer.body);
    const base::json::Value results = document->root().find("results");
    for (std::size_t i = 0; i < results.size(); ++i) {
      out.push_back(results.at(i).find("event").find("id").serialize());
    }
    return out;
  }
  std::size_t events() {
    return world_.storage.look([](fakes::FakeTables& tables) { return tables.events.size(); });
  }
  /// The write after so many others fails: the batch is broken off there.
  void breakAfter(int commits) {
    world_.storage.failNextCommit({Code::kUnavailable, "the database is away"}, commits);
  }

  ApiWorld world_;
};

TEST_F(EventBatchTest, GoesOnWhereAnEarlierAttemptWasBrokenOff) {
  ASSERT_EQ(world_.get("/calendars", tokenFor("ann")).status, 200);
  const std::string operations =
      create("A") + "," + wrong() + "," + create("B") + "," + wrong() + "," + create("C");
  breakAfter(3);  // all three were written, the answer to the batch was not
  EXPECT_EQ(send(operations).status, 503);
  EXPECT_EQ(events(), 3U);
  const Answer again = send(operations);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(statuses(again), (std::vector<std::string>{"201", "422", "201", "422", "201"}));
  EXPECT_EQ(events(), 3U);
  // What it answers is what is there.
  for (const std::string& id : ids(again)) {
    if (id.empty() || id == "null") continue;
    EXPECT_EQ(world_.get("/events/" + id.substr(1, id.size() - 2), tokenFor("ann")).status, 200);
  }
  const Answer third = send(operations);
  EXPECT_EQ(third.body, again.body);
  EXPECT_EQ(third.header("Idempotency-Replayed"), "true");
}

TEST_F(EventBatchTest, RunsEveryTimeWithoutAKey) {
  EXPECT_EQ(send(create("A"), "").status, 200);
  EXPECT_EQ(send(create("A"), "").status, 200);
  EXPECT_EQ(events(), 2U);
}

TEST_F(EventBatchTest, RefusesTheKeyForAnotherBatchEvenAfterABreak) {
  ASSERT_EQ(world_.get("/calendars", tokenFor("ann")).status, 200);
  breakAfter(1);
  EXPECT_EQ(send(create("A")).status, 503);
  EXPECT_EQ(send(create("B")).status, 422);
  EXPECT_EQ(events(), 1U);
}

class ImportRouteTest : public ::testing::Test {
 protected:
  Answer import(HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "text/calendar");
    std::string body = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
    for (int i = 0; i < 100; ++i) {
      body += "BEGIN:VEVENT\r\nUID:" + std::to_string(i) +
              "\r\nDTSTART:20260302T090000Z\r\nSUMMARY:One\r\nEND:VEVENT\r\n";
    }
    return world_.call({Method::kPost, "/calendars/primary/import", tokenFor("ann"),
                        body + "END:VCALENDAR\r\n", std::move(headers)});
  }

  ApiWorld world_;
};

TEST_F(ImportRouteTest, AnswersARepeatWithoutImportingAgain) {
  const Answer first = import({{"Idempotency-Key", "k"}});
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.text({"imported"}), "100");
  const Answer again = import({{"Idempotency-Key", "k"}});
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(import().text({"unchanged"}), "100");
}

TEST_F(ImportRouteTest, RefusesWhatTheWorkersCannotTake) {
  world_.workers.stop();
  const Answer refused = import();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("Retry-After"), "");
}

}  // namespace
}  // namespace sw::api
