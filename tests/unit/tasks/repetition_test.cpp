#include "tasks/repetition.h"

#include <gtest/gtest.h>

#include "base/time_format.h"
#include "tasks/dependencies.h"
#include "tasks/task_json.h"

namespace sw::tasks {
namespace {

base::Instant instant(std::string_view text) {
  const auto time = base::parseDateTime(text);
  EXPECT_TRUE(time && time->offset) << text;
  if (!time || !time->offset) return {};
  return base::Instant(std::chrono::sys_seconds(time->local.time_since_epoch() - *time->offset));
}

accounts::DayRule zone(std::string_view name) {
  const auto found = base::Zone::find(name);
  EXPECT_TRUE(found.ok()) << name;
  return {found.ok() ? *found : base::Zone::utc(), std::chrono::minutes(0)};
}

class TaskRulesTest : public ::testing::Test {
 public:
  /// The task of a JSON body, which must be good.
  Task read(const std::string& body) {
    const auto document = base::json::Document::parse(body);
    EXPECT_TRUE(document.ok()) << body;
    base::json::Problems problems;
    Task task;
    task.content = readTask(document->root(), rule, problems);
    EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : problems.toError().describe());
    return task;
  }
  std::string wrong(const std::string& body) {
    const auto document = base::json::Document::parse(body);
    EXPECT_TRUE(document.ok()) << body;
    base::json::Problems problems;
    static_cast<void>(readTask(document->root(), rule, problems));
    std::string out;
    if (problems.empty()) return out;
    const base::Error error = problems.toError();
    for (const auto& problem : error.details()) out += problem.field + ": " + problem.issue + "\n";
    return out;
  }
  /// The next deadline, as answers show it.
  std::string next(const Task& task, std::string_view completed) {
    const auto content = nextOf(task, instant(completed), rule);
    if (!content) return "none";
    std::string out;
    base::appendLocal(out, content->deadline->local);
    return out;
  }

  accounts::DayRule rule = zone("Europe/Berlin");
};

TEST_F(TaskRulesTest, RepeatsFromTheDeadlineHoweverEarlyItWasDone) {
  const Task rent = read(R"({"title":"Rent","deadline":"2026-03-01","recurrence":)"
                         R"("RRULE:FREQ=MONTHLY"})");
  EXPECT_EQ(next(rent, "2026-02-20T10:00:00Z"), "2026-04-01T00:00:00");
}

TEST_F(TaskRulesTest, DoesNotMakeUpForInstancesThatWouldBeLateAlready) {
  const Task rent = read(R"({"title":"Rent","deadline":"2026-03-01","recurrence":)"
                         R"("RRULE:FREQ=MONTHLY"})");
  EXPECT_EQ(next(rent, "2026-06-15T10:00:00Z"), "2026-07-01T00:00:00");
  // The whole of a date still counts: done on the evening of 1 June, that one is not late.
  EXPECT_EQ(next(rent, "2026-06-01T21:59:00Z"), "2026-06-01T00:00:00");
  EXPECT_EQ(next(rent, "2026-06-01T22:00:00Z"), "2026-07-01T00:00:00");
}

TEST_F(TaskRulesTest, RepeatsFromTheDayItWasDone) {
  const Task water = read(R"({"title":"Water","deadline":"2026-03-01","repeatFrom":"completion",)"
                          R"("recurrence":"FREQ=DAILY;INTERVAL=7"})");
  EXPECT_EQ(next(water, "2026-03-04T10:00:00Z"), "2026-03-11T00:00:00");
  // 23:30 UTC is the 5th in Berlin.
  EXPECT_EQ(next(water, "2026-03-04T23:30:00Z"), "2026-03-12T00:00:00");
}

TEST_F(TaskRulesTest, KeepsTheWallClockOverTheDaysThatClocksChange) {
  const Task call = read(R"({"title":"Call","deadline":{"dateTime":"2026-03-22T09:00:00",)"
                         R"("timeZone":"Europe/Berlin"},"recurrence":"FREQ=WEEKLY",)"
                         R"("earliestStart":{"dateTime":"2026-03-21T09:00:00+01:00"}})");
  const auto content = nextOf(call, instant("2026-03-22T07:00:00Z"), rule);
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(passingOf(*content->deadline, rule), instant("2026-03-29T07:00:00Z"));
  EXPECT_EQ(passingOf(*content->earliestStart, rule), instant("2026-03-28T08:00:00Z"));
}

TEST_F(TaskRulesTest, CountsHoursFromTheHourItWasDone) {
  const Task pill = read(R"({"title":"Pill","deadline":{"dateTime":"2026-03-01T09:00:00",)"
                         R"("timeZone":"Europe/Berlin"},"recurrence":"FREQ=HOURLY;INTERVAL=4",)"
                         R"("repeatFrom":"completion"})");
  EXPECT_EQ(next(pill, "2026-03-03T14:00:00Z"), "2026-03-03T17:00:00");
}

TEST_F(TaskRulesTest, PassesOverMillionsOfLateInstancesAtOnce) {
  const Task old = read(R"({"title":"x","deadline":{"dateTime":"1990-01-01T00:00:00Z",)"
                        R"("timeZone":"UTC"},"recurrence":"FREQ=SECONDLY;INTERVAL=10"})");
  EXPECT_EQ(next(old, "2026-03-01T10:00:05Z"), "2026-03-01T10:00:10");
}

TEST_F(TaskRulesTest, LeavesADateOutThatAZoneHasLeftOut) {
  rule = zone("Pacific/Apia");  // which has no 30 December 2011
  const Task daily = read(R"({"title":"x","deadline":"2011-12-29","recurrence":"FREQ=DAILY"})");
  EXPECT_EQ(next(daily, "2011-12-29T09:00:00Z"), "2011-12-31T00:00:00");
  EXPECT_EQ(next(daily, "2011-12-30T10:00:00Z"), "2011-12-31T00:00:00");
}

TEST_F(TaskRulesTest, SkipsYearsWithoutALeapDay) {
  const Task leap = read(R"({"title":"Leap","deadline":"2028-02-29","recurrence":)"
                         R"("FREQ=YEARLY"})");
  EXPECT_EQ(next(leap, "2028-02-29T10:00:00Z"), "2032-02-29T00:00:00");
}

TEST_F(TaskRulesTest, EndsWithItsCountOfInstancesAndItsUntil) {
  Task three = read(R"({"title":"x","deadline":"2026-03-01","recurrence":"FREQ=DAILY;COUNT=3"})");
  EXPECT_EQ(next(three, "2026-03-01T10:00:00Z"), "2026-03-02T00:00:00");
  three.occurrence = 3;
  EXPECT_EQ(next(three, "2026-03-03T10:00:00Z"), "none");
  const Task until =
      read(R"({"title":"x","deadline":"2026-03-01","recurrence":"FREQ=DAILY;UNTIL=20260302"})");
  EXPECT_EQ(next(until, "2026-03-01T10:00:00Z"), "2026-03-02T00:00:00");
  EXPECT_EQ(next(until, "2026-03-05T10:00:00Z"), "none");
}

TEST_F(TaskRulesTest, NamesEveryProblemOfABodyAtOnce) {
  const std::string problems = wrong(
      R"({"priority":"huge","duration":0,"smallestPiece":5,"deadline":{"date":"x"},)"
      R"("earliestStart":7,"goalId":"no","blockedBy":[1],"tags":[""],"recurrence":"FREQ=SOMETIMES",)"
      R"("mood":1})");
  for (const char* field : {"title: ", "priority: ", "duration: ", "smallestPiece: ",
                            "deadline.date: ", "earliestStart: ", "goalId: ", "blockedBy[0]: ",
                            "tags[0]: ", "mood: is not a known field"}) {
    EXPECT_NE(problems.find(field), std::string::npos) << field << "\nin\n" << problems;
  }
  EXPECT_NE(wrong(R"({"title":"x","recurrence":"FREQ=DAILY"})").find("needs a deadline"),
            std::string::npos);
  EXPECT_NE(wrong(R"({"title":"x","deadline":"2026-03-01","recurrence":"FREQ=SOMETIMES"})")
                .find("recurrence: "),
            std::string::npos);
  EXPECT_NE(wrong(R"({"title":"x","deadline":"2026-03-01","earliestStart":"2026-03-02"})")
                .find("earliestStart: must be before the deadline"),
            std::string::npos);
}

TEST_F(TaskRulesTest, StoresWhatItReads) {
  const Task task =
      read(R"({"title":"x","notes":"n","duration":90,"splittable":true,"smallestPiece":30,)"
           R"("deadline":{"dateTime":"2026-03-01T09:00:00+01:00","timeZone":"Asia/Tokyo"},)"
           R"("blockedBy":["0190163d-8694-739b-aea5-966c26f8ad91"],"recurrence":"FREQ=DAILY",)"
           R"("repeatFrom":"completion"})");
  EXPECT_EQ(passingOf(*task.content.deadline, rule), instant("2026-03-01T08:00:00Z"))
      << "where an offset and a zone disagree, the offset fixes the instant";
  Task stored;
  stored.content.title = task.content.title;
  ASSERT_TRUE(readDocument(toDocument(task), stored).ok());
  EXPECT_EQ(stored.content, task.content);
  EXPECT_EQ(readDocument("[", stored).error().code(), base::Code::kCorrupted);
}

TEST(DependenciesTest, NameAShortestWayRound) {
  const base::Uuid a{{1}};
  const base::Uuid b{{2}};
  const base::Uuid c{{3}};
  const base::Uuid d{{4}};
  const std::vector<Dependency> arrows = {{b, c}, {c, d}, {d, a}, {c, a}};
  EXPECT_EQ(cycleWith(a, {b}, arrows), (std::vector<base::Uuid>{a, b, c, a}));
  EXPECT_EQ(cycleWith(a, {a}, {}), (std::vector<base::Uuid>{a, a}));
  EXPECT_TRUE(cycleWith(b, {c, d}, arrows).empty());
  EXPECT_TRUE(cycleWith(b, {d}, {{b, c}, {c, b}}).empty()) << "the task's own arrows are replaced";
}

}  // namespace
}  // namespace sw::tasks
