#include <algorithm>

#include "contract/stores/store_world.h"

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

}  // namespace
}  // namespace sw::contract
