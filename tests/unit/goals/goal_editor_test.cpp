#include "goals/goal_editor.h"

#include <random>

#include "goal_world.h"
#include "goals/timeline.h"

namespace sw::goals {
namespace {

using std::chrono::hours;

class GoalEditorTest : public GoalWorld {};

using Types = std::vector<std::string>;

constexpr const char* kRun =
    R"({"title":"Run","metrics":{"target":100,"unit":"km"},"type":"health"})";

TEST_F(GoalEditorTest, MakesAGoalThatHasNothingDoneYet) {
  const Goal goal = create(kRun);
  EXPECT_EQ(goal.revision, 1);
  EXPECT_EQ(goal.fraction, 0);
  EXPECT_EQ(goal.content.status, GoalStatus::kActive);
  EXPECT_EQ(measureOf(goal), MeasuredBy::kMetric);
  EXPECT_EQ(types(), Types{"goal.created"});
  EXPECT_EQ(*run(goals.find(goal.id)), goal);
}

TEST_F(GoalEditorTest, JournalsAnInitialCompletion) {
  const Goal goal = create(R"({"title":"Read","metrics":{"target":10,"completion":4}})");
  EXPECT_DOUBLE_EQ(goal.value, 4);
  EXPECT_DOUBLE_EQ(goal.fraction, 0.4);
  EXPECT_EQ(run(goals.journal(goal.id))->size(), 1U);
}

TEST_F(GoalEditorTest, AddsAmountsAndTakesValuesAsTheyAre) {
  Goal goal = create(kRun);
  goal = add(goal, 10);
  goal = add(goal, 5);
  EXPECT_DOUBLE_EQ(goal.value, 15);
  goal = set(goal, 40);
  goal = add(goal, 2);
  EXPECT_DOUBLE_EQ(goal.value, 42);
  EXPECT_DOUBLE_EQ(goal.fraction, 0.42);
}

TEST_F(GoalEditorTest, PutsABackDatedLineWhereItBelongs) {
  Goal goal = create(kRun);
  goal = set(goal, 40);
  goal = record(goal, entry(goal, ProgressEntry::Kind::kAmount, 7, clock.now() - hours(48)));
  EXPECT_DOUBLE_EQ(goal.value, 40) << "the later value includes what was before it";
  goal = record(goal, entry(goal, ProgressEntry::Kind::kValue, 90, clock.now() - hours(24)));
  EXPECT_DOUBLE_EQ(goal.value, 40);
}

TEST_F(GoalEditorTest, CompletesAtTheTargetAndReopensBelowIt) {
  Goal goal = create(kRun);
  const std::int64_t before = lastChange();
  goal = set(goal, 100);
  EXPECT_EQ(goal.content.status, GoalStatus::kCompleted);
  EXPECT_EQ(goal.completedAt, goal.updated);
  EXPECT_EQ(types(before), (Types{"goal.progress.updated", "goal.completed"}));
  const std::int64_t reached = lastChange();
  goal = set(goal, 99);
  EXPECT_EQ(goal.content.status, GoalStatus::kActive);
  EXPECT_FALSE(goal.completedAt.has_value());
  EXPECT_EQ(types(reached), (Types{"goal.updated", "goal.progress.updated"}));
}

TEST_F(GoalEditorTest, ReopensWhenTheTargetIsRaised) {
  Goal goal = create(kRun);
  goal = set(goal, 100);
  goal = change(goal, R"({"title":"Run","status":"completed","metrics":{"target":200}})");
  EXPECT_EQ(goal.content.status, GoalStatus::kActive);
  EXPECT_DOUBLE_EQ(goal.fraction, 0.5);
}

TEST_F(GoalEditorTest, LeavesWhatItsOwnerCalledDone) {
  Goal goal = create(kRun);
  goal = change(goal, R"({"title":"Run","status":"completed","metrics":{"target":100}})");
  EXPECT_EQ(goal.content.status, GoalStatus::kCompleted);
  EXPECT_FALSE(goal.completedByTarget);
  goal = set(goal, 3);
  EXPECT_EQ(goal.content.status, GoalStatus::kCompleted);
}

TEST_F(GoalEditorTest, DoesNotCompleteAPausedGoal) {
  Goal goal = create(R"({"title":"Run","status":"paused","metrics":{"target":10}})");
  goal = set(goal, 10);
  EXPECT_EQ(goal.content.status, GoalStatus::kPaused);
  EXPECT_DOUBLE_EQ(goal.fraction, 1);
}

TEST_F(GoalEditorTest, CountsDownwardsToo) {
  Goal goal = create(R"({"title":"Weigh less","metrics":{"startValue":90,"target":80}})");
  EXPECT_EQ(goal.fraction, 0);
  goal = set(goal, 87.5);
  EXPECT_DOUBLE_EQ(goal.fraction, 0.25);
  goal = set(goal, 92);
  EXPECT_EQ(goal.fraction, 0) << "worse than at the start is no progress, not less than none";
  goal = set(goal, 79);
  EXPECT_EQ(goal.content.status, GoalStatus::kCompleted);
}

TEST_F(GoalEditorTest, WeighsKeyResultsAndMilestones) {
  Goal goal = create(R"({"title":"Ship","keyResults":[{"title":"Users","target":200,"weight":3}],)"
                     R"("milestones":[{"title":"Beta","weight":1},{"title":"Press"}]})");
  ASSERT_EQ(goal.content.keyResults.size(), 1U);
  ASSERT_EQ(goal.content.milestones.size(), 2U);
  EXPECT_EQ(measureOf(goal), MeasuredBy::kParts);
  goal = record(goal, entry(goal, ProgressEntry::Kind::kValue, 100, clock.now(),
                            goal.content.keyResults[0].id));
  EXPECT_DOUBLE_EQ(goal.fraction, 3 * 0.5 / 5);
  const std::int64_t before = lastChange();
  auto unit = storage.begin();
  const auto written =
      run(editor.setMilestone(*unit, goal, goal.content.milestones[0].id, clock.now(), context));
  ASSERT_TRUE(written.ok() && run(unit->commit()).ok());
  EXPECT_DOUBLE_EQ(written->goal.fraction, (3 * 0.5 + 1) / 5);
  EXPECT_EQ(types(before),
            (Types{"goal.updated", "goal.milestone.completed", "goal.progress.updated"}));
}

TEST_F(GoalEditorTest, DoesAMilestoneOnceHoweverOftenItIsAsked) {
  Goal goal = create(R"({"title":"Ship","milestones":[{"title":"Beta"},{"title":"Press"}]})");
  const base::Uuid beta = goal.content.milestones[0].id;
  auto unit = storage.begin();
  goal = run(editor.setMilestone(*unit, goal, beta, clock.now(), context))->goal;
  ASSERT_TRUE(run(unit->commit()).ok());
  clock.advance(hours(1));
  unit = storage.begin();
  const auto again = run(editor.setMilestone(*unit, goal, beta, clock.now(), context));
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->goal, goal);
  unit = storage.begin();
  const auto undone = run(editor.setMilestone(*unit, goal, beta, std::nullopt, context));
  EXPECT_EQ(undone->goal.fraction, 0);
  const auto none = run(editor.setMilestone(*unit, goal, owner, clock.now(), context));
  EXPECT_EQ(none.error().code(), base::Code::kNotFound);
}

TEST_F(GoalEditorTest, KeepsWhatWasRecordedOfPartsThatStay) {
  Goal goal = create(R"({"title":"Ship","milestones":[{"title":"Beta","completed":true}],)"
                     R"("keyResults":[{"title":"Users","target":10,"current":5}]})");
  const std::string milestone = goal.content.milestones[0].id.toString();
  const std::string result = goal.content.keyResults[0].id.toString();
  const auto done = goal.content.milestones[0].completedAt;
  clock.advance(hours(5));
  goal = change(goal, R"({"title":"Ship it","milestones":[{"title":"New"},{"id":")" + milestone +
                          R"(","title":"Beta"}],"keyResults":[{"id":")" + result +
                          R"(","title":"Users","target":20}]})");
  EXPECT_EQ(goal.content.milestones[1].completedAt, done);
  EXPECT_DOUBLE_EQ(goal.content.keyResults[0].current, 5);
  EXPECT_NEAR(goal.fraction, (1 + 0.25) / 3, 1e-12);
}

TEST_F(GoalEditorTest, TakesALineBack) {
  Goal goal = create(kRun);
  goal = add(goal, 10);
  const ProgressEntry line = entry(goal, ProgressEntry::Kind::kAmount, 90, clock.now());
  goal = record(goal, line);
  EXPECT_EQ(goal.content.status, GoalStatus::kCompleted);
  auto unit = storage.begin();
  const auto written = run(editor.takeBack(*unit, goal, line.id, context));
  ASSERT_TRUE(written.ok() && run(unit->commit()).ok());
  EXPECT_DOUBLE_EQ(written->goal.value, 10);
  EXPECT_EQ(written->goal.content.status, GoalStatus::kActive);
  unit = storage.begin();
  const auto again = run(editor.takeBack(*unit, written->goal, line.id, context));
  EXPECT_EQ(again.error().code(), base::Code::kNotFound);
}

TEST_F(GoalEditorTest, RefusesLinksToWhatIsNotTheOwners) {
  const std::string stranger = base::newUuid(clock).toString();
  auto unit = storage.begin();
  const auto made = run(editor.create(*unit, owner,
                                      request(R"({"title":"x","linkedHabits":[")" + stranger +
                                              R"("],"linkedTasks":[")" + stranger + R"("]})"),
                                      context));
  ASSERT_FALSE(made.ok());
  ASSERT_EQ(made.error().details().size(), 2U);
  EXPECT_EQ(made.error().details()[0].field, "linkedHabits[0]");
  EXPECT_EQ(made.error().details()[1].field, "linkedTasks[0]");
}

TEST_F(GoalEditorTest, TwoChangesOfOneGoalNeverMix) {
  const Goal goal = create(kRun);
  auto first = storage.begin();
  auto second = storage.begin();
  const ProgressEntry line = entry(goal, ProgressEntry::Kind::kAmount, 1, clock.now());
  const ProgressEntry other = entry(goal, ProgressEntry::Kind::kAmount, 2, clock.now());
  ASSERT_TRUE(run(editor.record(*first, goal, line, context)).ok());
  ASSERT_TRUE(run(editor.record(*second, goal, other, context)).ok());
  EXPECT_TRUE(run(first->commit()).ok());
  const auto late = run(second->commit());
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code(), base::Code::kConflict);
  EXPECT_EQ(run(goals.journal(goal.id))->size(), 1U);
}

TEST_F(GoalEditorTest, StoredNumbersAreAlwaysThoseOfTheJournal) {
  std::mt19937 random(20261124);
  Goal goal = create(R"({"title":"Any","metrics":{"target":1000}})");
  for (int step = 0; step < 200; ++step) {
    const auto journal = *run(goals.journal(goal.id));
    const auto at = clock.now() - std::chrono::minutes(random() % 20000);
    const auto kind =
        random() % 3 == 0 ? ProgressEntry::Kind::kValue : ProgressEntry::Kind::kAmount;
    ProgressEntry line = entry(goal, kind, static_cast<double>(random() % 100), at);
    if (!journal.empty() && random() % 4 == 0) line.id = journal[random() % journal.size()].id;
    if (!journal.empty() && random() % 5 == 0) {
      auto unit = storage.begin();
      const base::Uuid id = journal[random() % journal.size()].id;
      goal = run(editor.takeBack(*unit, goal, id, context))->goal;
      ASSERT_TRUE(run(unit->commit()).ok());
    } else {
      goal = record(goal, line);
    }
    double value = 0;
    const auto after = *run(goals.journal(goal.id));
    for (const ProgressEntry& known : after) {
      value = known.kind == ProgressEntry::Kind::kValue ? known.number : value + known.number;
    }
    const Goal stored = **run(goals.find(goal.id));
    ASSERT_DOUBLE_EQ(stored.value, value) << "after step " << step;
    ASSERT_DOUBLE_EQ(stored.fraction, std::min(1.0, value / 1000));
    Goal again = stored;
    recompute(again, after, {}, context.rule);
    ASSERT_EQ(again, stored);
    clock.advance(std::chrono::minutes(1));
  }
}

}  // namespace
}  // namespace sw::goals
