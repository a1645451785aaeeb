#include "goals/goal_follower.h"

#include "goal_world.h"
#include "goals/timeline.h"
#include "obs/log_sink.h"

namespace sw::goals {
namespace {

/// Swallows the log.
class NoSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override { return lines.size(); }
};

class GoalFollowerTest : public GoalWorld {
 public:
  GoalFollowerTest() { habit = base::newUuid(clock); }

  void done(std::string_view date, double amount, bool whole = true) {
    const base::Uuid id = habit;
    const HabitCompletion line{id, day(date), clock.now(), whole, amount};
    auto unit = storage.begin();
    const base::Uuid who = owner;
    fakes::FakeStorage::add(*unit, [=](fakes::FakeTables& tables) -> std::optional<base::Error> {
      tables.linkedHabits[who].push_back(line);
      return std::nullopt;
    });
    ASSERT_TRUE(run(unit->commit()).ok());
  }
  tasks::Task task(const base::Uuid& goal, bool completed) {
    tasks::Task one;
    one.id = base::newUuid(clock);
    one.ownerId = owner;
    one.content.goalId = goal;
    if (completed) {
      one.content.status = tasks::TaskStatus::kCompleted;
      one.completedAt = clock.now();
    }
    auto unit = storage.begin();
    fakes::FakeStorage::add(*unit, [=](fakes::FakeTables& tables) -> std::optional<base::Error> {
      tables.tasks[one.id] = one;
      return std::nullopt;
    });
    EXPECT_TRUE(run(unit->commit()).ok());
    return one;
  }
  void hear(const std::string& type) {
    jobs::Change change;
    change.userId = owner;
    change.type = type;
    change.requestId = "request";
    auto unit = storage.begin();
    const auto taken = run(follower.take({change}, *unit));
    ASSERT_TRUE(taken.ok()) << taken.error().describe();
    EXPECT_TRUE(unit->empty());
  }
  Goal stored(const Goal& goal) { return **run(goals.find(goal.id)); }
  [[nodiscard]] std::string linkedGoal(const std::string& more) const {
    return R"({"title":"Run","metrics":{"target":20},"linkedHabits":[{"habitId":")" +
           habit.toString() + "\"" + more + "}]}";
  }

  obs::Metrics metrics{clock};
  obs::MetricCatalog catalog{metrics};
  obs::Log log{{}, std::make_unique<NoSink>(), {}, clock, catalog};
  obs::GoalsProbe probe{catalog, log};
  GoalFollower follower{{storage, goals, editor, settings, probe}};
  base::Uuid habit;
};

TEST_F(GoalFollowerTest, AddsCompletionsOfALinkedHabit) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(R"(,"factor":5)"));
  EXPECT_DOUBLE_EQ(goal.value, 5);
  done("2026-01-06", 1);
  done("2026-01-07", 1, false);
  hear("habit.completed");
  EXPECT_DOUBLE_EQ(stored(goal).value, 10) << "a day short of its goal is no completion";
}

TEST_F(GoalFollowerTest, AddsAmountsWhereThatIsTheMeasure) {
  done("2026-01-05", 2.5);
  const Goal goal = create(linkedGoal(R"(,"measure":"amount","factor":2)"));
  done("2026-01-06", 1.5, false);
  hear("habit.updated");
  EXPECT_DOUBLE_EQ(stored(goal).value, 8);
}

TEST_F(GoalFollowerTest, CompletesAGoalWithoutAnybodyLooking) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(R"(,"factor":10)"));
  done("2026-01-06", 1);
  const std::int64_t before = lastChange();
  hear("habit.completed");
  EXPECT_EQ(stored(goal).content.status, GoalStatus::kCompleted);
  EXPECT_EQ(types(before), (std::vector<std::string>{"goal.progress.updated", "goal.completed"}));
  EXPECT_EQ(run(changes.read({owner, before}, 9))->front().requestId, "request");
}

TEST_F(GoalFollowerTest, WritesNothingWhenItHearsTheSameTwice) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(""));
  done("2026-01-06", 1);
  hear("habit.completed");
  const Goal once = stored(goal);
  const int commits = storage.commits();
  hear("habit.completed");
  EXPECT_EQ(stored(goal), once);
  EXPECT_EQ(storage.commits(), commits + 0);
}

TEST_F(GoalFollowerTest, CountsTasksThatNameTheGoal) {
  const Goal goal = create(R"({"title":"Move house"})");
  task(goal.id, true);
  tasks::Task open = task(goal.id, false);
  hear("task.created");
  EXPECT_EQ(measureOf(stored(goal)), MeasuredBy::kTasks);
  EXPECT_DOUBLE_EQ(stored(goal).fraction, 0.5);
  EXPECT_EQ(stored(goal).tasks, 2);
  auto unit = storage.begin();
  fakes::FakeStorage::add(*unit, [=](fakes::FakeTables& tables) -> std::optional<base::Error> {
    tables.tasks[open.id].content.status = tasks::TaskStatus::kCancelled;
    return std::nullopt;
  });
  ASSERT_TRUE(run(unit->commit()).ok());
  hear("task.updated");
  EXPECT_EQ(stored(goal).content.status, GoalStatus::kCompleted);
}

TEST_F(GoalFollowerTest, IsNotMovedByOtherChangesNorMovesArchivedGoals) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(""));
  const Goal archived = change(create(linkedGoal("")),
                               R"({"title":"Run","status":"archived","metrics":{"target":20},)"
                               R"("linkedHabits":[")" +
                                   habit.toString() + "\"]}");
  done("2026-01-06", 1);
  hear("calendar.event.created");
  EXPECT_DOUBLE_EQ(stored(goal).value, 1);
  hear("habit.completed");
  EXPECT_DOUBLE_EQ(stored(goal).value, 2);
  EXPECT_DOUBLE_EQ(stored(archived).value, 1);
}

TEST_F(GoalFollowerTest, TriesAgainWhenSomebodyElseWasFaster) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(""));
  done("2026-01-06", 1);
  storage.failNextCommit({base::Code::kConflict, "faster"});
  hear("habit.completed");
  EXPECT_DOUBLE_EQ(stored(goal).value, 2);
}

TEST_F(GoalFollowerTest, TellsOfADatabaseThatIsAwaySoThatItHearsAgain) {
  done("2026-01-05", 1);
  const Goal goal = create(linkedGoal(""));
  done("2026-01-06", 1);
  storage.failNextCommit({base::Code::kUnavailable, "away"});
  jobs::Change change;
  change.userId = owner;
  change.type = "habit.completed";
  auto unit = storage.begin();
  EXPECT_EQ(run(follower.take({change}, *unit)).error().code(), base::Code::kUnavailable);
  hear("habit.completed");
  EXPECT_DOUBLE_EQ(stored(goal).value, 2);
}

TEST(TimelineTest, AValueIncludesABackDatedCompletionFromBeforeIt) {
  Goal goal;
  goal.content.metric = Metric{0, 100, ""};
  goal.content.startDate = day("2026-01-01");
  const base::Uuid habit{{1}};
  goal.content.linkedHabits = {{habit, HabitMeasure::kCompletions, 1}};
  ProgressEntry line;
  line.kind = ProgressEntry::Kind::kValue;
  line.number = 40;
  line.at = instant("2026-01-05T12:00:00Z");
  LinkedProgress linked;
  // Told of on the 6th, for the 3rd; then one of that evening.
  linked.habits = {{habit, day("2026-01-03"), instant("2026-01-06T12:00:00Z"), true, 1},
                   {habit, day("2026-01-05"), instant("2026-01-05T20:00:00Z"), true, 1}};
  recompute(goal, {line}, linked, {});
  EXPECT_DOUBLE_EQ(goal.value, 41);
}

}  // namespace
}  // namespace sw::goals
