#include <algorithm>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using std::chrono::minutes;
using tasks::Task;
using tasks::TaskPosition;
using tasks::TaskQuery;
using tasks::TaskSort;
using tasks::TaskStatus;

class TaskStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (backend_) owner_ = addUser("ada").id;
  }
  tasks::TaskStore& store() { return backend_->tasks(); }

  Task make(const std::string& title) {
    Task task;
    task.id = newId();
    task.ownerId = owner_;
    task.content.title = title;
    task.revision = 1;
    task.created = clock_.now();
    task.updated = task.created;
    clock_.advance(std::chrono::seconds(1));
    return task;
  }
  void put(const Task& task) {
    const auto unit = begin();
    store().put(*unit, task);
    const auto outcome = commit(unit);
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
  }
  Task again(Task task) {
    ++task.revision;
    put(task);
    return task;
  }
  std::string titles(TaskQuery query, TaskPosition after = {}, int limit = 100) {
    std::string out;
    for (const Task& task : get(store().list(owner_, std::move(query), after, limit))) {
      out += task.content.title;
    }
    return out;
  }
  static TaskQuery of(TaskStatus status) {
    TaskQuery query;
    query.status = status;
    return query;
  }

  base::Uuid owner_;
};
SW_CONTRACT_SUITE(TaskStoreContract);

TEST_P(TaskStoreContract, FindsATaskAsItWasPut) {
  Task task = make("Call \"Ann\"\n");
  tasks::TaskContent& content = task.content;
  content.notes = "a\tlot";
  content.duration = minutes(90);
  content.deadline = tasks::TaskTime{base::LocalSeconds(std::chrono::seconds(1'772'000'000)), false,
                                     "Europe/Berlin"};
  content.earliestStart = tasks::TaskTime{
      base::LocalSeconds(std::chrono::local_days(std::chrono::days(20'500))), true, ""};
  content.priority = tasks::Priority::kCritical;
  content.splittable = true;
  content.smallestPiece = minutes(30);
  content.goalId = newId();
  content.tags = {"home", "a b"};
  content.blockedBy = {newId(), newId()};
  content.recurrence = "RRULE:FREQ=DAILY";
  content.repeatFrom = tasks::RepeatFrom::kCompletion;
  content.status = TaskStatus::kCompleted;
  task.deadlineAt = clock_.now();
  task.completedAt = clock_.now();
  task.timeSpent = minutes(25);
  task.seriesId = newId();
  task.occurrence = 7;
  task.successorId = newId();
  put(task);
  const auto found = get(store().find(task.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, task);
  const Task plain = make("b");
  put(plain);
  EXPECT_EQ(get(store().find(plain.id)), plain);
  EXPECT_FALSE(get(store().find(newId())).has_value());
  EXPECT_EQ(get(store().count(owner_)), 2);
}

TEST_P(TaskStoreContract, WritesOverTheRevisionBeforeAndNoOther) {
  Task task = make("a");
  put(task);
  task.content.title = "b";
  task = again(task);
  EXPECT_EQ(get(store().find(task.id))->content.title, "b");
  const auto unit = begin();
  store().put(*unit, task);
  const auto stale = commit(unit);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code(), Code::kConflict);
}

TEST_P(TaskStoreContract, ListsByEverySortInPagesWithoutLossOrRepeat) {
  const int hours[] = {5, -1, 2, 5, 0};
  const base::Instant day = clock_.now();
  std::vector<Task> all;
  for (int i = 0; i < 5; ++i) {
    Task task = make(std::string(1, static_cast<char>('a' + i)));
    if (hours[i] >= 0) task.deadlineAt = day + std::chrono::hours(hours[i]);
    task.content.priority = static_cast<tasks::Priority>(i % 3);
    task.updated = day + minutes((i * 3) % 5);
    put(task);
    all.push_back(task);
  }
  for (const TaskSort sort :
       {TaskSort::kCreated, TaskSort::kUpdated, TaskSort::kDeadline, TaskSort::kPriority}) {
    std::ranges::sort(all, {}, [&](const Task& task) {
      return std::pair(tasks::sortKeyOf(task, sort), task.id);
    });
    std::string expected;
    for (const Task& task : all) expected += task.content.title;
    TaskQuery query;
    query.sort = sort;
    EXPECT_EQ(titles(query), expected) << static_cast<int>(sort);
    std::string paged;
    TaskPosition after;
    for (int page = 0; page < 5; ++page) {
      const auto found = get(store().list(owner_, query, after, 2));
      for (const Task& task : found) paged += task.content.title;
      if (found.size() < 2) break;
      after = {tasks::sortKeyOf(found.back(), sort), found.back().id};
    }
    EXPECT_EQ(paged, expected) << static_cast<int>(sort);
  }
}

TEST_P(TaskStoreContract, FiltersByStatusDeadlineGoalAndTag) {
  const base::Instant day = clock_.now();
  Task one = make("a");
  one.content.tags = {"home", "out door"};
  one.content.goalId = newId();
  one.deadlineAt = day;
  put(one);
  Task two = make("b");
  two.content.status = TaskStatus::kCancelled;
  two.content.tags = {"homely"};
  two.deadlineAt = day + minutes(2);
  put(two);
  put(make("c"));
  EXPECT_EQ(titles(of(TaskStatus::kOpen)), "ac");
  EXPECT_EQ(titles(of(TaskStatus::kCancelled)), "b");
  TaskQuery query;
  query.tag = "home";
  EXPECT_EQ(titles(query), "a") << "a tag is found whole, not by its beginning";
  query.tag = "out door";
  EXPECT_EQ(titles(query), "a");
  query = {};
  query.goalId = one.content.goalId;
  EXPECT_EQ(titles(query), "a");
  query = {};
  query.dueFrom = day;
  EXPECT_EQ(titles(query), "ab");
  query.dueBefore = day + minutes(2);
  EXPECT_EQ(titles(query), "a") << "the end is not part of it";
  EXPECT_TRUE(get(store().list(addUser("bob").id, {}, {}, 9)).empty());
}

TEST_P(TaskStoreContract, FindsWordsByTheirBeginnings) {
  Task one = make("Zahnärztin anrufen");
  one.content.notes = "Termin im Mai";
  one.content.tags = {"health"};
  put(one);
  put(make("Wagen zum TÜV"));
  const auto found = [&](std::vector<std::string> words) {
    TaskQuery query;
    query.words = std::move(words);
    return get(store().list(owner_, query, {}, 9)).size();
  };
  EXPECT_EQ(found({"zahn"}), 1U);
  EXPECT_EQ(found({"anruf", "mai", "heal", "termin"}), 1U);
  EXPECT_EQ(found({"anruf", "tuv"}), 0U);
  EXPECT_EQ(found({"arztin"}), 0U) << "the middle of a word is no beginning";
}

TEST_P(TaskStoreContract, KnowsWhatWaitsForWhatAndWhatIsOpen) {
  Task wall = make("Wall");
  Task roof = make("Roof");
  roof.content.blockedBy = {wall.id};
  put(wall);
  put(roof);
  const auto arrows = [&] { return get(store().dependencies(owner_)); };
  EXPECT_EQ(arrows(), (std::vector<tasks::Dependency>{{roof.id, wall.id}}));
  EXPECT_TRUE(get(store().dependencies(addUser("bob").id)).empty());
  const std::vector<base::Uuid> asked = {roof.id, newId(), wall.id, roof.id};
  std::vector<base::Uuid> both = {wall.id, roof.id};
  std::ranges::sort(both);
  EXPECT_EQ(get(store().openAmong(owner_, asked)), both);
  wall.content.status = TaskStatus::kCompleted;
  wall = again(wall);
  EXPECT_EQ(get(store().openAmong(owner_, asked)), std::vector<base::Uuid>{roof.id});
  EXPECT_TRUE(get(store().openAmong(addUser("eve").id, asked)).empty()) << "another's are none";
  std::vector<base::Uuid> many = asked;
  for (int i = 0; i < 60; ++i) many.push_back(newId());
  EXPECT_EQ(get(store().openAmong(owner_, many)), std::vector<base::Uuid>{roof.id});
  roof.content.blockedBy.clear();
  again(roof);
  EXPECT_TRUE(arrows().empty());
}

TEST_P(TaskStoreContract, GuardsWhatWasCheckedAgainstAllArrows) {
  EXPECT_EQ(get(store().dependencyVersion(owner_)), 0);
  const auto raise = [&](std::int64_t version) {
    const auto unit = begin();
    store().put(*unit, make("a"));
    store().guardDependencies(*unit, owner_, version);
    return commit(unit);
  };
  ASSERT_TRUE(raise(0).ok());
  EXPECT_EQ(get(store().dependencyVersion(owner_)), 1);
  const auto late = raise(0);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code(), Code::kConflict);
  ASSERT_TRUE(raise(1).ok());
  EXPECT_EQ(get(store().dependencyVersion(owner_)), 2);
  EXPECT_EQ(get(store().count(owner_)), 2) << "the one that was refused left nothing behind";
  EXPECT_EQ(get(store().dependencyVersion(addUser("bob").id)), 0);
}

TEST_P(TaskStoreContract, KeepsTime) {
  const Task task = make("a");
  put(task);
  const tasks::TimeEntry first{newId(), task.id, minutes(25), "n", clock_.now(), clock_.now()};
  clock_.advance(std::chrono::hours(1));
  const tasks::TimeEntry second{newId(), task.id, minutes(50), "", clock_.now(), clock_.now()};
  auto unit = begin();
  store().putTime(*unit, first);
  store().putTime(*unit, second);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().timePage(task.id, {}, 9)), (std::vector<tasks::TimeEntry>{second, first}));
  EXPECT_EQ(get(store().timePage(task.id, {second.at, second.id}, 9)),
            (std::vector<tasks::TimeEntry>{first}));
  EXPECT_EQ(*get(store().findTime(task.id, first.id)), first);
  EXPECT_FALSE(get(store().findTime(newId(), first.id)).has_value());
  unit = begin();
  store().removeTime(*unit, newId(), first.id);
  EXPECT_EQ(commit(unit).error().code(), Code::kNotFound);
  unit = begin();
  store().removeTime(*unit, task.id, first.id);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().timePage(task.id, {}, 9)), (std::vector<tasks::TimeEntry>{second}));
}

TEST_P(TaskStoreContract, RemovesEverythingOfATaskAndNothingElse) {
  Task wall = make("Wall");
  Task roof = make("Roof");
  Task paint = make("Paint");
  roof.content.blockedBy = {wall.id};
  paint.content.blockedBy = {roof.id};
  for (const Task& task : {wall, roof, paint}) put(task);
  auto unit = begin();
  for (const Task& task : {wall, roof}) {
    store().putTime(*unit, {newId(), task.id, minutes(5), "", clock_.now(), clock_.now()});
  }
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  store().remove(*unit, roof.id, 2);
  EXPECT_EQ(commit(unit).error().code(), Code::kConflict);
  EXPECT_EQ(get(store().dependencies(owner_)).size(), 2U);
  unit = begin();
  store().remove(*unit, roof.id, 1);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(store().find(roof.id)).has_value());
  EXPECT_TRUE(get(store().dependencies(owner_)).empty());
  EXPECT_TRUE(get(store().timePage(roof.id, {}, 9)).empty());
  EXPECT_EQ(get(store().timePage(wall.id, {}, 9)).size(), 1U);
  EXPECT_EQ(get(store().count(owner_)), 2);
}

TEST_P(TaskStoreContract, TellsGoalsOfTheirTasks) {
  goals::Goal goal;
  goal.id = newId();
  goal.ownerId = owner_;
  Task named = make("a");
  named.content.goalId = goal.id;
  Task listed = make("b");
  Task cancelled = make("c");
  cancelled.content.goalId = goal.id;
  cancelled.content.status = TaskStatus::kCancelled;
  goal.content.linkedTasks = {listed.id, named.id};
  for (const Task& task : {named, listed, cancelled}) put(task);
  goals::LinkedProgress expected;
  expected.tasks = 2;
  EXPECT_EQ(get(backend_->linkedProgress().read(goal)), expected);
  listed.content.status = TaskStatus::kCompleted;
  listed.completedAt = clock_.now();
  listed = again(listed);
  expected.tasksDone = {*listed.completedAt};
  EXPECT_EQ(get(backend_->linkedProgress().read(goal)), expected);
  const auto unknown =
      get(backend_->linkedProgress().unknown(owner_, {}, goal.content.linkedTasks));
  EXPECT_TRUE(unknown.tasks.empty());
  const auto others =
      get(backend_->linkedProgress().unknown(addUser("bob").id, {}, goal.content.linkedTasks));
  EXPECT_EQ(others.tasks, goal.content.linkedTasks) << "another's tasks are none of theirs";
}

}  // namespace
}  // namespace sw::contract
