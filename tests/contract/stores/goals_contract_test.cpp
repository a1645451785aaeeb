#include <algorithm>

#include "contract/stores/store_world.h"
#include "goals/goal_editor.h"
#include "habits/habit_editor.h"

namespace sw::contract {
namespace {

using base::Code;
using goals::Goal;
using goals::GoalPosition;
using goals::GoalQuery;
using goals::GoalSort;
using goals::GoalStatus;
using goals::ProgressEntry;
using std::chrono::days;
using std::chrono::local_days;

constexpr local_days kDay{days(20'500)};

class GoalStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (backend_) owner_ = addUser("ada").id;
  }
  goals::GoalStore& store() { return backend_->goals(); }

  Goal make(const std::string& title) {
    Goal goal;
    goal.id = newId();
    goal.ownerId = owner_;
    goal.content.title = title;
    goal.content.startDate = kDay;
    goal.revision = 1;
    goal.created = clock_.now();
    goal.updated = goal.created;
    clock_.advance(std::chrono::seconds(1));
    return goal;
  }
  void put(const Goal& goal) {
    const auto unit = begin();
    store().put(*unit, goal);
    const auto outcome = commit(unit);
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
  }
  ProgressEntry line(const Goal& goal, int minute) {
    ProgressEntry entry;
    entry.id = newId();
    entry.goalId = goal.id;
    entry.kind = ProgressEntry::Kind::kAmount;
    entry.number = 0.1 * minute;
    entry.note = "note " + std::to_string(minute);
    entry.at = clock_.now() + std::chrono::minutes(minute);
    entry.created = clock_.now();
    return entry;
  }
  void putEntry(const ProgressEntry& entry) {
    const auto unit = begin();
    store().putEntry(*unit, entry);
    ASSERT_TRUE(commit(unit).ok());
  }
  std::string titles(GoalQuery query, GoalPosition after = {}, int limit = 100) {
    std::string out;
    for (const Goal& goal : get(store().list(owner_, std::move(query), after, limit))) {
      out += goal.content.title;
    }
    return out;
  }

  base::Uuid owner_;
};
SW_CONTRACT_SUITE(GoalStoreContract);

TEST_P(GoalStoreContract, FindsAGoalAsItWasPut) {
  Goal goal = make("Run \"far\"\n");
  goals::GoalContent& content = goal.content;
  content.description = "A\tlot";
  content.type = "health";
  content.priority = goals::Priority::kCritical;
  content.status = GoalStatus::kCompleted;
  content.targetDate = kDay + days(9);
  content.metric = goals::Metric{-1.5, 1e11, "km"};
  content.measuredBy = goals::MeasuredBy::kParts;
  content.keyResults = {{newId(), "Users", 1, 200, 50.25, "people", 3}};
  content.milestones = {{newId(), "Beta", kDay, 0.5, clock_.now()}, {newId(), "b", {}, 1, {}}};
  content.tags = {"sport", "a b"};
  content.linkedHabits = {{newId(), goals::HabitMeasure::kAmount, 0.1}};
  content.linkedTasks = {newId()};
  goal.value = 0.1 + 0.2;
  goal.fraction = 1.0 / 3;
  goal.tasks = 5;
  goal.tasksDone = 2;
  goal.completedAt = clock_.now();
  goal.completedByTarget = true;
  put(goal);
  const auto found = get(store().find(goal.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, goal);
  EXPECT_FALSE(get(store().find(newId())).has_value());
}

TEST_P(GoalStoreContract, WritesOverTheRevisionBeforeAndNoOther) {
  Goal goal = make("a");
  put(goal);
  goal.revision = 2;
  goal.content.title = "b";
  put(goal);
  EXPECT_EQ(get(store().find(goal.id))->content.title, "b");
  const auto unit = begin();
  store().put(*unit, goal);
  const auto stale = commit(unit);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code(), Code::kConflict);
}

TEST_P(GoalStoreContract, ListsByEverySortInPagesWithoutLossOrRepeat) {
  const int targets[] = {5, -1, 2, 5, 0};
  std::vector<Goal> all;
  for (int i = 0; i < 5; ++i) {
    Goal goal = make(std::string(1, static_cast<char>('a' + i)));
    if (targets[i] >= 0) goal.content.targetDate = kDay + days(targets[i]);
    goal.content.priority = static_cast<goals::Priority>(i % 3);
    goal.fraction = 0.2 * ((i * 3) % 5);
    put(goal);
    all.push_back(goal);
  }
  for (const GoalSort sort : {GoalSort::kCreated, GoalSort::kUpdated, GoalSort::kPriority,
                              GoalSort::kTargetDate, GoalSort::kProgress}) {
    std::ranges::sort(all, {}, [&](const Goal& goal) {
      return std::pair(goals::sortKeyOf(goal, sort), goal.id);
    });
    std::string expected;
    for (const Goal& goal : all) expected += goal.content.title;
    GoalQuery query;
    query.sort = sort;
    EXPECT_EQ(titles(query), expected) << static_cast<int>(sort);
    std::string paged;
    GoalPosition after;
    for (int page = 0; page < 5; ++page) {
      const auto found = get(store().list(owner_, query, after, 2));
      for (const Goal& goal : found) paged += goal.content.title;
      if (found.size() < 2) break;
      after = {goals::sortKeyOf(found.back(), sort), found.back().id};
    }
    EXPECT_EQ(paged, expected) << static_cast<int>(sort);
  }
}

TEST_P(GoalStoreContract, FiltersByStatusTypeTagAndTargetDate) {
  Goal one = make("a");
  one.content.type = "health";
  one.content.tags = {"sport", "out door"};
  one.content.targetDate = kDay;
  put(one);
  Goal two = make("b");
  two.content.status = GoalStatus::kPaused;
  two.content.tags = {"sporty"};
  two.content.targetDate = kDay + days(3);
  put(two);
  put(make("c"));
  EXPECT_EQ(titles({.status = GoalStatus::kActive}), "ac");
  EXPECT_EQ(titles({.status = GoalStatus::kPaused}), "b");
  EXPECT_EQ(titles({.type = "health"}), "a");
  EXPECT_EQ(titles({.tag = "sport"}), "a") << "a tag is found whole, not by its beginning";
  EXPECT_EQ(titles({.tag = "out door"}), "a");
  EXPECT_EQ(titles({.targetFrom = kDay, .targetTo = kDay + days(3)}), "ab");
  EXPECT_EQ(titles({.targetTo = kDay + days(2)}), "a");
  EXPECT_TRUE(get(store().list(addUser("bob").id, {}, {}, 9)).empty());
  EXPECT_EQ(get(store().count(owner_)), 3);
}

TEST_P(GoalStoreContract, FindsWhatHabitsAndTasksMove) {
  Goal linked = make("a");
  linked.content.linkedHabits = {{newId(), goals::HabitMeasure::kCompletions, 1}};
  put(linked);
  put(make("b"));
  Goal archived = linked;
  archived.id = newId();
  archived.content.status = GoalStatus::kArchived;
  put(archived);
  const auto byHabit = get(store().movedBy(owner_, goals::GoalStore::Mover::kHabit));
  ASSERT_EQ(byHabit.size(), 1U);
  EXPECT_EQ(byHabit[0].id, linked.id);
  EXPECT_EQ(get(store().movedBy(owner_, goals::GoalStore::Mover::kTask)).size(), 2U);
}

TEST_P(GoalStoreContract, FindsActiveGoalsThatAreDueInPages) {
  std::vector<base::Uuid> due;
  for (int i = 0; i < 4; ++i) {
    Goal goal = make("a");
    goal.content.targetDate = kDay + days(i);
    if (i == 1) goal.content.status = GoalStatus::kCompleted;
    put(goal);
    if (i != 1 && i != 3) due.push_back(goal.id);
  }
  const auto first = get(store().dueBetween(kDay, kDay + days(2), {}, 1));
  ASSERT_EQ(first.size(), 1U);
  const auto second = get(store().dueBetween(kDay, kDay + days(2), first[0].id, 9));
  ASSERT_EQ(second.size(), 1U);
  std::ranges::sort(due);
  EXPECT_EQ((std::vector<base::Uuid>{first[0].id, second[0].id}), due);
}

TEST_P(GoalStoreContract, KeepsAJournalInTheOrderOfTime) {
  const Goal goal = make("a");
  put(goal);
  const ProgressEntry late = line(goal, 30);
  const ProgressEntry early = line(goal, 10);
  ProgressEntry middle = line(goal, 20);
  for (const ProgressEntry& entry : {late, early, middle}) putEntry(entry);
  EXPECT_EQ(get(store().journal(goal.id)), (std::vector<ProgressEntry>{early, middle, late}));
  middle.at += std::chrono::hours(1);
  middle.keyResultId = newId();
  middle.kind = ProgressEntry::Kind::kValue;
  putEntry(middle);
  EXPECT_EQ(get(store().journal(goal.id)), (std::vector<ProgressEntry>{early, late, middle}));
  const auto page = get(store().journalPage(goal.id, {}, 2));
  EXPECT_EQ(page, (std::vector<ProgressEntry>{middle, late}));
  EXPECT_EQ(get(store().journalPage(goal.id, {late.at, late.id}, 2)),
            (std::vector<ProgressEntry>{early}));
  const auto unit = begin();
  store().removeEntry(*unit, goal.id, late.id);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().journal(goal.id)), (std::vector<ProgressEntry>{early, middle}));
}

TEST_P(GoalStoreContract, KeepsTime) {
  const Goal goal = make("a");
  put(goal);
  const goals::TimeEntry first{newId(), goal.id,      std::chrono::minutes(25),
                               "n",     clock_.now(), clock_.now()};
  clock_.advance(std::chrono::hours(1));
  const goals::TimeEntry second{newId(), goal.id,      std::chrono::minutes(50),
                                "",      clock_.now(), clock_.now()};
  auto unit = begin();
  store().putTime(*unit, first);
  store().putTime(*unit, second);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().totalTime(goal.id)), std::chrono::minutes(75));
  EXPECT_EQ(get(store().timePage(goal.id, {}, 9)), (std::vector<goals::TimeEntry>{second, first}));
  EXPECT_EQ(get(store().timePage(goal.id, {second.at, second.id}, 9)),
            (std::vector<goals::TimeEntry>{first}));
  EXPECT_EQ(*get(store().findTime(goal.id, first.id)), first);
  unit = begin();
  store().removeTime(*unit, newId(), first.id);
  EXPECT_EQ(commit(unit).error().code(), Code::kNotFound);
  unit = begin();
  store().removeTime(*unit, goal.id, first.id);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().totalTime(goal.id)), std::chrono::minutes(50));
}

TEST_P(GoalStoreContract, RemovesEverythingOfAGoalAndNothingElse) {
  const Goal goal = make("a");
  const Goal other = make("b");
  put(goal);
  put(other);
  putEntry(line(goal, 1));
  putEntry(line(other, 1));
  auto unit = begin();
  store().remove(*unit, goal.id, 2);
  EXPECT_EQ(commit(unit).error().code(), Code::kConflict);
  EXPECT_EQ(get(store().journal(goal.id)).size(), 1U);
  unit = begin();
  store().remove(*unit, goal.id, 1);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(store().find(goal.id)).has_value());
  EXPECT_TRUE(get(store().journal(goal.id)).empty());
  EXPECT_EQ(get(store().journal(other.id)).size(), 1U);
}

TEST_P(GoalStoreContract, KnowsNothingOfWhatIsNotLinkedOrNotTheOwners) {
  Goal goal = make("a");
  goal.content.linkedHabits = {{newId(), goals::HabitMeasure::kCompletions, 1}};
  goal.content.linkedTasks = {newId()};
  EXPECT_EQ(get(backend_->linkedProgress().read(goal)), goals::LinkedProgress{});
  const base::Uuid habit = goal.content.linkedHabits[0].habitId;
  const auto unknown =
      get(backend_->linkedProgress().unknown(owner_, {habit}, goal.content.linkedTasks));
  EXPECT_EQ(unknown.habits, std::vector<base::Uuid>{habit});
  EXPECT_EQ(unknown.tasks, goal.content.linkedTasks);
}

/// A goal that is moved by a habit, both as the program writes them.
class LinkedGoalContract : public GoalStoreContract {
 protected:
  base::Uuid makeHabit(const base::Uuid& user) {
    habits::HabitInput input;
    input.content.name = "Run";
    input.goal = habits::HabitGoal{5, "km"};
    const auto unit = begin();
    const auto made = habitEditor().create(*unit, user, input, std::nullopt, {});
    EXPECT_TRUE(made.ok());
    EXPECT_TRUE(commit(unit).ok());
    return made->open.habit.id;
  }
  habits::HabitEditor habitEditor() { return {backend_->habits(), backend_->changes(), clock_}; }
  goals::GoalEditor goalEditor() {
    return {store(), backend_->linkedProgress(), backend_->changes(), clock_};
  }
  habits::OpenHabit load(const base::Uuid& id) {
    const auto found = get(backend_->habits().find(owner_, id));
    auto opened = habits::open(found->record, std::nullopt);
    EXPECT_TRUE(opened.ok());
    return *std::move(opened);
  }
  void complete(const base::Uuid& habit, int ago, double amount) {
    const auto unit = begin();
    const habits::Completion completion{today() - days(ago), amount, std::nullopt};
    auto editor = habitEditor();
    const auto done = run(editor.complete(*unit, load(habit), completion, {}));
    ASSERT_TRUE(done.ok()) << done.error().describe();
    ASSERT_TRUE(commit(unit).ok());
  }
  Goal refreshed(const base::Uuid& id) {
    const auto unit = begin();
    auto editor = goalEditor();
    const auto goal = get(store().find(id));
    const auto written = run(editor.refresh(*unit, *goal, {}));
    EXPECT_TRUE(written.ok());
    if (written->changed) {
      EXPECT_TRUE(commit(unit).ok());
    }
    return *get(store().find(id));
  }
  [[nodiscard]] local_days today() const {
    return std::chrono::floor<days>(local_days(days(0)) + clock_.now().time_since_epoch());
  }
};
SW_CONTRACT_SUITE(LinkedGoalContract);

TEST_P(LinkedGoalContract, SeesWhatIsDoneOfAHabitAndNotWhatIsExcused) {
  const base::Uuid habit = makeHabit(owner_);
  complete(habit, 6, 5);  // before the goal's start
  complete(habit, 3, 7);
  complete(habit, 2, 2);  // short of the day's goal
  {
    const auto unit = begin();
    auto editor = habitEditor();
    const habits::Skip skip{today() - days(1), habits::HabitEntry::Status::kSkipped, std::nullopt};
    ASSERT_TRUE(run(editor.skip(*unit, load(habit), skip, {})).ok());
    ASSERT_TRUE(commit(unit).ok());
  }
  Goal goal = make("a");
  goal.content.startDate = today() - days(4);
  goal.content.linkedHabits = {{habit, goals::HabitMeasure::kCompletions, 1}};
  const goals::LinkedProgress linked = get(backend_->linkedProgress().read(goal));
  ASSERT_EQ(linked.habits.size(), 2U);
  EXPECT_EQ(linked.habits[0].day, today() - days(3));
  EXPECT_TRUE(linked.habits[0].done);
  EXPECT_EQ(linked.habits[0].amount, 7);
  EXPECT_EQ(linked.habits[1].day, today() - days(2));
  EXPECT_FALSE(linked.habits[1].done);
  EXPECT_TRUE(get(backend_->linkedProgress().unknown(owner_, {habit}, std::vector<base::Uuid>{}))
                  .habits.empty());
  const base::Uuid stranger = addUser("mallory").id;
  EXPECT_EQ(get(backend_->linkedProgress().unknown(stranger, {habit}, std::vector<base::Uuid>{}))
                .habits.size(),
            1U);
  goal.ownerId = stranger;
  EXPECT_TRUE(get(backend_->linkedProgress().read(goal)).habits.empty());
}

TEST_P(LinkedGoalContract, FollowsAHabitThatIsDoneTakenBackAndDoneAgain) {
  const base::Uuid habit = makeHabit(owner_);
  goals::GoalRequest request;
  request.content.title = "Run 20 km";
  request.content.startDate = today() - days(10);
  request.content.metric = goals::Metric{0, 20, "km"};
  request.content.linkedHabits = {{habit, goals::HabitMeasure::kAmount, 1}};
  base::Uuid id;
  {
    const auto unit = begin();
    auto editor = goalEditor();
    const auto made = run(editor.create(*unit, owner_, request, {}));
    ASSERT_TRUE(made.ok()) << made.error().describe();
    ASSERT_TRUE(commit(unit).ok());
    id = made->goal.id;
  }
  complete(habit, 5, 8);
  complete(habit, 1, 4);
  EXPECT_DOUBLE_EQ(refreshed(id).value, 12);
  const std::int64_t revision = refreshed(id).revision;
  EXPECT_EQ(refreshed(id).revision, revision) << "nothing has changed";
  complete(habit, 0, 8);
  EXPECT_EQ(refreshed(id).content.status, GoalStatus::kCompleted);
  {
    const auto unit = begin();
    auto editor = habitEditor();
    const std::optional<habits::LocalDate> date = today() - days(5);
    ASSERT_TRUE(run(editor.undo(*unit, load(habit), date, {})).ok());
    ASSERT_TRUE(commit(unit).ok());
  }
  const Goal back = refreshed(id);
  EXPECT_DOUBLE_EQ(back.value, 12);
  EXPECT_DOUBLE_EQ(back.fraction, 0.6);
  EXPECT_EQ(back.content.status, GoalStatus::kActive) << "only its progress had completed it";
}

TEST_P(LinkedGoalContract, WorksEverythingOutAnewWhenAnOldLineIsChanged) {
  goals::GoalRequest request;
  request.content.title = "Weigh 70 kg";
  request.content.startDate = today() - days(30);
  request.content.metric = goals::Metric{80, 70, "kg"};
  auto editor = goalEditor();
  auto unit = begin();
  const auto made = run(editor.create(*unit, owner_, request, {}));
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(commit(unit).ok());
  const base::Uuid id = made->goal.id;
  const auto record = [&](const ProgressEntry& entry) {
    const auto change = begin();
    const auto goal = get(store().find(id));
    const auto written = run(editor.record(*change, *goal, entry, {}));
    EXPECT_TRUE(written.ok());
    EXPECT_TRUE(commit(change).ok());
    return written->goal;
  };
  ProgressEntry first = line(made->goal, 0);
  first.kind = ProgressEntry::Kind::kValue;
  first.number = 78;
  first.at = clock_.now() - days(20);
  EXPECT_DOUBLE_EQ(record(first).value, 78);
  ProgressEntry second = line(made->goal, 0);
  second.number = -3;  // an amount, added to whatever was before it
  second.at = clock_.now() - days(10);
  EXPECT_DOUBLE_EQ(record(second).value, 75);
  first.number = 76;
  EXPECT_DOUBLE_EQ(record(first).value, 73);
  EXPECT_DOUBLE_EQ(get(store().find(id))->fraction, 0.7);
  first.at = clock_.now() - days(5);  // now behind the second line, so that it is the last word
  EXPECT_DOUBLE_EQ(record(first).value, 76);
  EXPECT_EQ(get(store().journal(id)).size(), 2U);
}

}  // namespace
}  // namespace sw::contract
