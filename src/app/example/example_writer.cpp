#include "app/example/example_writer.h"

#include <optional>
#include <utility>
#include <variant>

#include "base/json.h"
#include "goals/goal_json.h"
#include "goals/goal_store.h"
#include "habits/habit_json.h"
#include "habits/habit_record.h"
#include "tasks/task_json.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using base::json::Problems;

namespace {

/// What `read` makes of a body of the story, which holds to the same rules as a request's.
template <class Read>
auto readBody(const std::string& body, Read read)
    -> Result<decltype(read(std::declval<base::json::Value>(), std::declval<Problems&>()))> {
  SW_TRY(const auto document, base::json::Document::parse(body));
  Problems problems;
  auto value = read(document.root(), problems);
  if (!problems.empty()) return problems.toError();
  return value;
}

Error lost(const std::string& key) {
  return Error(Code::kConflict, "\"" + key + "\" of the example is no longer there");
}

}  // namespace

ExampleWriter::ExampleWriter(Stores stores, base::Uuid userId, const accounts::DayRule& day)
    : stores_(stores),
      userId_(userId),
      day_(day),
      habits_(stores.habits, stores.changes, clock_),
      goals_(stores.goals, stores.linked, stores.changes, clock_),
      tasks_(stores.tasks, stores.changes, clock_) {}

Task<Result<void>> ExampleWriter::write(const std::vector<Deed>& deeds,
                                        const std::function<void(std::size_t)>& progress) {
  std::size_t written = 0;
  for (const Deed& deed : deeds) {
    clock_.moveTo(deed.at);
    auto step = std::visit([this](const auto& what) { return take(what); }, deed.what);
    SW_CO_CHECK(co_await std::move(step));
    if (progress) progress(++written);
  }
  co_return Result<void>();
}

Task<Result<void>> ExampleWriter::commit(jobs::UnitOfWork& unit) {
  co_return co_await unit.commit();
}

Task<Result<habits::OpenHabit>> ExampleWriter::openHabit(const std::string& key) {
  SW_CO_TRY(const auto found, co_await stores_.habits.find(userId_, ids_.at(key)));
  if (!found) co_return lost(key);
  co_return habits::open(found->record, found->settings);
}

Task<Result<goals::Goal>> ExampleWriter::findGoal(const std::string& key) {
  SW_CO_TRY(auto found, co_await stores_.goals.find(ids_.at(key)));
  if (!found) co_return lost(key);
  co_return *std::move(found);
}

Task<Result<void>> ExampleWriter::take(const StartHabit& deed) {
  SW_CO_TRY(const auto settings, co_await stores_.settings.find(userId_));
  SW_CO_TRY(auto input, readBody(deed.body, habits::readHabitInput));
  const jobs::Actor actor;
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto edit, habits_.create(*unit, userId_, std::move(input), settings, actor));
  ids_[deed.key] = edit.open.habit.id;
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::take(const CompleteHabit& deed) {
  SW_CO_TRY(auto open, co_await openHabit(deed.key));
  habits::Completion completion{std::nullopt, deed.amount, std::nullopt};
  if (!deed.note.empty()) completion.note = deed.note;
  const jobs::Actor actor;
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto edit,
            co_await habits_.complete(*unit, std::move(open), std::move(completion), actor));
  if (edit.changed) SW_CO_CHECK(co_await commit(*unit));
  co_return co_await refreshGoalOf(deed.key);
}

Task<Result<void>> ExampleWriter::take(const SkipHabit& deed) {
  SW_CO_TRY(auto open, co_await openHabit(deed.key));
  habits::Skip skip{std::nullopt, habits::HabitEntry::Status::kSkipped, deed.note};
  const jobs::Actor actor;
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto edit, co_await habits_.skip(*unit, std::move(open), std::move(skip), actor));
  if (!edit.changed) co_return Result<void>();
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::take(const StartGoal& deed) {
  SW_CO_TRY(auto request, readBody(deed.body, [this](base::json::Value body, Problems& problems) {
              return goals::readGoal(body, nullptr, day_, clock_.now(), problems);
            }));
  if (!deed.habit.empty()) {
    request.content.linkedHabits.push_back({ids_.at(deed.habit), goals::HabitMeasure::kAmount, 1});
    goalOfHabit_[deed.habit] = deed.key;
  }
  goals::GoalEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto written,
            co_await goals_.create(*unit, userId_, std::move(request), std::move(context)));
  ids_[deed.key] = written.goal.id;
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::take(const TellProgress& deed) {
  SW_CO_TRY(auto goal, co_await findGoal(deed.goal));
  SW_CO_TRY(auto entry, readBody(deed.body, [&](base::json::Value body, Problems& problems) {
              return goals::readProgress(body, goal, nullptr, clock_.now(), problems);
            }));
  entry.id = base::newUuid(clock_);
  entry.goalId = goal.id;
  goals::GoalEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_CHECK(co_await goals_.record(*unit, std::move(goal), std::move(entry), std::move(context)));
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::take(const ReachMilestone& deed) {
  SW_CO_TRY(auto goal, co_await findGoal(deed.goal));
  const base::Uuid milestone = goal.content.milestones.at(deed.index).id;
  const std::optional<base::Instant> at = clock_.now();
  goals::GoalEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_CHECK(
      co_await goals_.setMilestone(*unit, std::move(goal), milestone, at, std::move(context)));
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::take(const SpendTime& deed) {
  SW_CO_TRY(auto goal, co_await findGoal(deed.goal));
  SW_CO_TRY(auto entry, readBody(deed.body, [this](base::json::Value body, Problems& problems) {
              return goals::readTime(body, clock_.now(), problems);
            }));
  entry.id = base::newUuid(clock_);
  entry.goalId = goal.id;
  auto unit = stores_.storage.begin();
  goals_.logTime(*unit, std::move(goal), entry, {});
  co_return co_await commit(*unit);
}

Task<Result<tasks::Task>> ExampleWriter::findTask(const std::string& key) {
  SW_CO_TRY(auto found, co_await stores_.tasks.find(ids_.at(key)));
  if (!found) co_return lost(key);
  co_return *std::move(found);
}

Task<Result<void>> ExampleWriter::take(const StartTask& deed) {
  SW_CO_TRY(auto content, readBody(deed.body, [this](base::json::Value body, Problems& problems) {
              return tasks::readTask(body, day_, problems);
            }));
  if (!deed.goal.empty()) content.goalId = ids_.at(deed.goal);
  for (const std::string& blocker : deed.blockers) content.blockedBy.push_back(ids_.at(blocker));
  const base::Uuid goal = content.goalId;
  tasks::TaskEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto written,
            co_await tasks_.create(*unit, userId_, std::move(content), std::move(context)));
  ids_[deed.key] = written.task.id;
  SW_CO_CHECK(co_await commit(*unit));
  co_return co_await refresh(goal);
}

Task<Result<void>> ExampleWriter::take(const CompleteTask& deed) {
  SW_CO_TRY(auto task, co_await findTask(deed.key));
  const base::Uuid goal = task.content.goalId;
  tasks::TaskEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto written,
            co_await tasks_.complete(*unit, std::move(task), std::move(context)));
  if (!written.changed) co_return Result<void>();
  if (written.repeated) ids_[deed.key] = written.task.successorId;
  SW_CO_CHECK(co_await commit(*unit));
  co_return co_await refresh(goal);
}

Task<Result<void>> ExampleWriter::take(const WorkOnTask& deed) {
  SW_CO_TRY(auto task, co_await findTask(deed.key));
  SW_CO_TRY(auto entry, readBody(deed.body, [this](base::json::Value body, Problems& problems) {
              return tasks::readTime(body, clock_.now(), problems);
            }));
  entry.id = base::newUuid(clock_);
  entry.taskId = task.id;
  entry.created = clock_.now();
  auto unit = stores_.storage.begin();
  tasks_.logTime(*unit, std::move(task), entry, {});
  co_return co_await commit(*unit);
}

Task<Result<void>> ExampleWriter::refreshGoalOf(const std::string& habit) {
  const auto linked = goalOfHabit_.find(habit);
  if (linked == goalOfHabit_.end()) co_return Result<void>();
  co_return co_await refresh(ids_.at(linked->second));
}

Task<Result<void>> ExampleWriter::refresh(base::Uuid goalId) {
  if (goalId.isNil()) co_return Result<void>();
  SW_CO_TRY(auto goal, co_await stores_.goals.find(goalId));
  if (!goal) co_return Result<void>();
  goals::GoalEditor::Context context{day_, {}};
  auto unit = stores_.storage.begin();
  SW_CO_TRY(const auto written,
            co_await goals_.refresh(*unit, *std::move(goal), std::move(context)));
  if (!written.changed) co_return Result<void>();
  co_return co_await commit(*unit);
}

}  // namespace sw::app
