#include "goals/goal_json.h"

#include "goal_world.h"

namespace sw::goals {
namespace {

class GoalJsonTest : public GoalWorld {
 protected:
  static std::string viewOf(const Goal& goal, const std::string& today = "2026-03-01") {
    std::string out;
    appendGoalView(out, goal, day(today));
    return out;
  }
};

TEST_F(GoalJsonTest, NamesEveryProblemOfABodyAtOnce) {
  const std::string problems =
      wrong(R"({"type":"Big Goal","priority":"huge","status":"sleeping","targetDate":"soon",)"
            R"("metrics":{"target":5,"startValue":5,"colour":1},"milestones":[{"weight":-1}],)"
            R"("keyResults":[{"title":"x","target":0}],"tags":[""],"linkedHabits":["no id"],)"
            R"("linkedTasks":[7],"measuredBy":"mood","owner":"me"})");
  for (const char* field :
       {"title: is required", "type: ", "priority: must be one of low, medium, high, critical",
        "status: ", "targetDate: ", "metrics.target: must not be the startValue",
        "metrics.colour: is not a known field",
        "milestones[0].title: ", "milestones[0].weight: ", "keyResults[0].target: ", "tags[0]: ",
        "linkedHabits[0]: ", "linkedTasks[0]: ", "measuredBy: ", "owner: is not a known field"}) {
    EXPECT_NE(problems.find(field), std::string::npos) << field << "\nin\n" << problems;
  }
}

TEST_F(GoalJsonTest, ReadsADayAsObjectTextOrInstantOfTheOwner) {
  context.rule = zone("Pacific/Auckland");
  for (const char* date : {R"({"date":"2026-03-02"})", R"("2026-03-02")",
                           R"("2026-03-01T12:00:00Z")", R"({"dateTime":"2026-03-01T12:00:00Z"})"}) {
    const GoalRequest read =
        request(R"({"title":"x","startDate":"2026-01-01","targetDate":)" + std::string(date) + "}");
    EXPECT_EQ(read.content.targetDate, day("2026-03-02")) << date;
  }
  EXPECT_NE(wrong(R"({"title":"x","targetDate":"2026-02-29"})").find("targetDate"),
            std::string::npos);
  EXPECT_EQ(wrong(R"({"title":"x","targetDate":"2028-02-29"})"), "");
}

TEST_F(GoalJsonTest, RefusesATargetBeforeTheStartOnlyWhenBothWereSaid) {
  EXPECT_NE(wrong(R"({"title":"x","startDate":"2026-03-02","targetDate":"2026-03-01"})")
                .find("targetDate: must not be before startDate"),
            std::string::npos);
  EXPECT_EQ(request(R"({"title":"x","targetDate":"2001-01-01"})").content.startDate,
            day("2001-01-01"));
}

TEST_F(GoalJsonTest, StoresWhatItReads) {
  Goal goal;
  goal.content =
      request(
          R"({"title":"x","description":"d","metrics":{"target":3.5,"unit":"kg","startValue":-1},)"
          R"("measuredBy":"parts","milestones":[{"title":"m","weight":2,"targetDate":"2026-12-31",)"
          R"("completed":true}],"keyResults":[{"title":"k","target":9,"unit":"u","weight":0.5}],)"
          R"("linkedHabits":[{"habitId":"0190163d-8694-739b-aea5-966c26f8ad91","measure":"amount",)"
          R"("factor":0.1}],"linkedTasks":["0190163d-8694-739b-aea5-966c26f8ad92"]})")
          .content;
  Goal read;
  read.content = goal.content;
  read.content.description.clear();
  read.content.metric.reset();
  read.content.measuredBy.reset();
  read.content.milestones.clear();
  read.content.keyResults.clear();
  read.content.linkedHabits.clear();
  read.content.linkedTasks.clear();
  ASSERT_TRUE(readDocument(toDocument(goal), read).ok());
  EXPECT_EQ(read.content, goal.content);
  EXPECT_EQ(readDocument("[", read).error().code(), base::Code::kCorrupted);
}

TEST_F(GoalJsonTest, ReadsItsOwnAnswerAsTheSameGoal) {
  const Goal goal =
      create(R"({"title":"x","targetDate":"2026-12-31","metrics":{"target":3,"completion":1},)"
             R"("milestones":[{"title":"m"}],"keyResults":[{"title":"k","target":9,"current":2}],)"
             R"("tags":["a","b"]})");
  const GoalRequest again = request(viewOf(goal), &goal);
  EXPECT_EQ(again.content, goal.content);
  EXPECT_EQ(again.completion, goal.value);
  EXPECT_TRUE(again.currents.empty());
}

TEST_F(GoalJsonTest, SaysOverdueFromTheDayAfterTheTarget) {
  const Goal goal = create(R"({"title":"x","targetDate":"2026-03-31"})");
  EXPECT_NE(viewOf(goal, "2026-03-31").find(R"("overdue":false)"), std::string::npos);
  EXPECT_NE(viewOf(goal, "2026-04-01").find(R"("overdue":true)"), std::string::npos);
}

TEST_F(GoalJsonTest, ReadsAProgressLineAndItsProblems) {
  const Goal goal = create(R"({"title":"x"})");
  const auto read = [&](const std::string& body) {
    const auto document = base::json::Document::parse(body);
    base::json::Problems problems;
    const ProgressEntry line = readProgress(document->root(), goal, nullptr, clock.now(), problems);
    return std::pair(line, problems.empty() ? std::string() : problems.toError().describe());
  };
  EXPECT_EQ(read(R"({"value":5})").first.number, 5);
  EXPECT_EQ(read(R"({"amount":-2})").first.kind, ProgressEntry::Kind::kAmount);
  EXPECT_EQ(read(R"({"amount":1,"at":"2020-01-01T00:00:00+01:00"})").first.at,
            instant("2019-12-31T23:00:00Z"));
  for (const char* bad :
       {R"({})", R"({"value":1,"amount":1})", R"({"value":"5"})", R"({"value":1e13})",
        R"({"value":1,"at":"2999-01-01T00:00:00Z"})", R"({"value":1,"at":"2026-01-01T00:00:00"})",
        R"({"value":1,"keyResultId":"0190163d-8694-739b-aea5-966c26f8ad91"})"}) {
    EXPECT_NE(read(bad).second, "") << bad;
  }
}

}  // namespace
}  // namespace sw::goals
