#include "goals/goal_editor.h"

#include <algorithm>
#include <utility>

#include "goals/timeline.h"
#include "jobs/event_types.h"

namespace sw::goals {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
namespace event_type = jobs::event_type;

/// Sums of weights may miss one by as much.
constexpr double kReached = 1 - 1e-9;

Milestone* findMilestone(Goal& goal, base::Uuid id) {
  auto& parts = goal.content.milestones;
  const auto found = std::ranges::find(parts, id, &Milestone::id);
  return found == parts.end() ? nullptr : &*found;
}

Error noMilestone() { return {Code::kNotFound, "there is no such milestone"}; }

void place(std::vector<ProgressEntry>& journal, ProgressEntry entry) {
  std::erase_if(journal, [&](const ProgressEntry& known) { return known.id == entry.id; });
  const auto before = [](const ProgressEntry& a, const ProgressEntry& b) {
    return std::pair(a.at, a.id) < std::pair(b.at, b.id);
  };
  journal.insert(std::ranges::upper_bound(journal, entry, before), std::move(entry));
}

/// How many milestones are done in `after` and were not in `before`.
int newlyDone(const Goal& before, const Goal& after) {
  int done = 0;
  for (const Milestone& part : after.content.milestones) {
    if (!part.completedAt) continue;
    const auto known = std::ranges::find(before.content.milestones, part.id, &Milestone::id);
    if (known == before.content.milestones.end() || !known->completedAt) ++done;
  }
  return done;
}

bool sameNumbers(const Goal& a, const Goal& b) {
  return a.value == b.value && a.fraction == b.fraction &&
         std::ranges::equal(a.content.keyResults, b.content.keyResults, {}, &KeyResult::current,
                            &KeyResult::current);
}

}  // namespace

/// What a change does, as far as `write` needs to know.
struct GoalEditor::Change {
  enum class Kind { kCreate, kEdit, kProgress, kRefresh };
  Kind kind;
  Goal before;
  Goal after;
  std::vector<ProgressEntry> added;     // lines to write
  std::optional<base::Uuid> removed{};  // a line to take back
  Context context;
};

void settle(Goal& goal, base::Instant now) {
  GoalContent& content = goal.content;
  const bool measured = measureOf(goal) != MeasuredBy::kStatus;
  const bool reached = measured && goal.fraction >= kReached;
  if (content.status == GoalStatus::kActive && reached) {
    content.status = GoalStatus::kCompleted;
    goal.completedByTarget = true;
  } else if (content.status == GoalStatus::kCompleted && goal.completedByTarget && !reached) {
    content.status = GoalStatus::kActive;
  }
  if (content.status != GoalStatus::kCompleted) {
    goal.completedByTarget = false;
    goal.completedAt.reset();
  } else if (!goal.completedAt) {
    goal.completedAt = now;
  }
  if (!measured) goal.fraction = content.status == GoalStatus::kCompleted ? 1 : 0;
}

void GoalEditor::log(jobs::UnitOfWork& unit, std::string_view type, const Goal& goal,
                     const jobs::Actor& actor) {
  jobs::Change change;
  change.userId = goal.ownerId;
  change.type = type;
  change.resourceId = goal.id;
  change.revision = goal.revision;
  change.at = clock_.now();
  change.requestId = actor.requestId;
  change.traceParent = actor.traceParent;
  changes_.append(unit, std::move(change));
}

Task<Result<void>> GoalEditor::checkLinks(const Goal& goal, const Goal* before) {
  std::vector<base::Uuid> habits;
  std::vector<base::Uuid> tasks;
  const auto isKnown = [&](const auto& list, base::Uuid id, auto projection) {
    return std::ranges::find(list, id, projection) != list.end();
  };
  for (const HabitLink& link : goal.content.linkedHabits) {
    if (before == nullptr ||
        !isKnown(before->content.linkedHabits, link.habitId, &HabitLink::habitId)) {
      habits.push_back(link.habitId);
    }
  }
  for (const base::Uuid& id : goal.content.linkedTasks) {
    if (before == nullptr || !isKnown(before->content.linkedTasks, id, std::identity{})) {
      tasks.push_back(id);
    }
  }
  if (habits.empty() && tasks.empty()) co_return Result<void>();
  SW_CO_TRY(const auto unknown, co_await linked_.unknown(goal.ownerId, habits, tasks));
  base::json::Problems problems;
  for (std::size_t i = 0; i < goal.content.linkedHabits.size(); ++i) {
    const base::Uuid id = goal.content.linkedHabits[i].habitId;
    if (isKnown(unknown.habits, id, std::identity{})) {
      problems.add("linkedHabits[" + std::to_string(i) + "]", "is no habit of yours");
    }
  }
  for (std::size_t i = 0; i < goal.content.linkedTasks.size(); ++i) {
    if (isKnown(unknown.tasks, goal.content.linkedTasks[i], std::identity{})) {
      problems.add("linkedTasks[" + std::to_string(i) + "]", "is no task of yours");
    }
  }
  if (!problems.empty()) co_return problems.toError();
  co_return Result<void>();
}

Task<Result<GoalEditor::Written>> GoalEditor::write(jobs::UnitOfWork& unit, Change change) {
  const bool creates = change.kind == Change::Kind::kCreate;
  Goal& goal = change.after;
  const base::Instant now = clock_.now();
  std::vector<ProgressEntry> journal;
  if (!creates) {
    SW_CO_TRY(journal, co_await goals_.journal(goal.id));
  }
  if (change.removed) {
    const auto erased = std::erase_if(
        journal, [&](const ProgressEntry& entry) { return entry.id == *change.removed; });
    if (erased == 0) co_return Error(Code::kNotFound, "there is no such entry");
    goals_.removeEntry(unit, goal.id, *change.removed);
  }
  for (const ProgressEntry& entry : change.added) place(journal, entry);
  if (journal.size() > kMaxEntries) {
    co_return Error(Code::kInvalid, "the journal of a goal has at most " +
                                        std::to_string(kMaxEntries) + " entries");
  }
  LinkedProgress linked;
  // No task can name a goal that is not there yet.
  if (!creates || !goal.content.linkedHabits.empty() || !goal.content.linkedTasks.empty()) {
    SW_CO_TRY(linked, co_await linked_.read(goal));
  }
  recompute(goal, journal, linked, change.context.rule);
  settle(goal, now);
  const bool moved = !sameNumbers(change.before, goal);
  const bool wasDone = change.before.content.status == GoalStatus::kCompleted;
  const bool isDone = goal.content.status == GoalStatus::kCompleted;
  const bool counted =
      change.before.tasks != goal.tasks || change.before.tasksDone != goal.tasksDone;
  const bool same = !creates && !moved && !counted && change.before.content == goal.content &&
                    change.added.empty() && !change.removed;
  if (same) co_return Written{std::move(goal), false, false};

  goal.revision = change.before.revision + 1;
  goal.updated = now;
  goals_.put(unit, goal);
  for (const ProgressEntry& entry : change.added) goals_.putEntry(unit, entry);
  const jobs::Actor& actor = change.context.actor;
  if (creates) log(unit, event_type::kGoalCreated, goal, actor);
  const bool edited =
      change.kind == Change::Kind::kEdit || (wasDone && !isDone) || (!creates && counted && !moved);
  if (edited) log(unit, event_type::kGoalUpdated, goal, actor);
  for (int done = newlyDone(change.before, goal); done > 0; --done) {
    log(unit, event_type::kGoalMilestoneCompleted, goal, actor);
  }
  if (!creates && (moved || change.kind == Change::Kind::kProgress)) {
    log(unit, event_type::kGoalProgressUpdated, goal, actor);
  }
  if (isDone && !wasDone) log(unit, event_type::kGoalCompleted, goal, actor);
  co_return Written{std::move(goal), true, isDone && !wasDone};
}

namespace {

/// Gives new parts their ids.
void identify(GoalContent& content, const base::Clock& clock) {
  for (KeyResult& part : content.keyResults) {
    if (part.id.isNil()) part.id = base::newUuid(clock);
  }
  for (Milestone& part : content.milestones) {
    if (part.id.isNil()) part.id = base::newUuid(clock);
  }
}

/// The lines that make a request's numbers true.
std::vector<ProgressEntry> linesOf(const GoalRequest& request, const Goal& goal, double present,
                                   const base::Clock& clock) {
  std::vector<ProgressEntry> lines;
  const auto add = [&](base::Uuid keyResult, double number) {
    ProgressEntry entry;
    entry.id = base::newUuid(clock);
    entry.goalId = goal.id;
    entry.keyResultId = keyResult;
    entry.number = number;
    entry.at = clock.now();
    entry.created = entry.at;
    lines.push_back(std::move(entry));
  };
  if (request.completion && *request.completion != present) add({}, *request.completion);
  for (const GoalRequest::Current& current : request.currents) {
    add(goal.content.keyResults[current.keyResult].id, current.value);
  }
  return lines;
}

}  // namespace

Task<Result<GoalEditor::Written>> GoalEditor::create(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                                     GoalRequest request, Context context) {
  SW_CO_TRY(const std::int64_t count, co_await goals_.count(ownerId));
  if (count >= kMaxGoals) {
    co_return Error(Code::kInvalid,
                    "there can be at most " + std::to_string(kMaxGoals) + " goals; delete some");
  }
  Change change{Change::Kind::kCreate, {}, {}, {}, {}, std::move(context)};
  Goal& goal = change.after;
  goal.id = base::newUuid(clock_);
  goal.ownerId = ownerId;
  goal.content = request.content;
  goal.created = clock_.now();
  identify(goal.content, clock_);
  SW_CO_CHECK(co_await checkLinks(goal, nullptr));
  const double start = goal.content.metric ? goal.content.metric->start : 0;
  change.added = linesOf(request, goal, start, clock_);
  co_return co_await write(unit, std::move(change));
}

Task<Result<GoalEditor::Written>> GoalEditor::change(jobs::UnitOfWork& unit, Goal goal,
                                                     GoalRequest request, Context context) {
  Change change{Change::Kind::kEdit, goal, std::move(goal), {}, {}, std::move(context)};
  Goal& after = change.after;
  const GoalStatus asked = request.content.status;
  after.content = request.content;
  identify(after.content, clock_);
  SW_CO_CHECK(co_await checkLinks(after, &change.before));
  // Who says it is done means it, whatever the numbers come to; who opens it again means that.
  if (asked != change.before.content.status) after.completedByTarget = false;
  change.added = linesOf(request, after, change.before.value, clock_);
  co_return co_await write(unit, std::move(change));
}

void GoalEditor::remove(jobs::UnitOfWork& unit, const Goal& goal, const jobs::Actor& actor) {
  goals_.remove(unit, goal.id, goal.revision);
  Goal gone = goal;
  ++gone.revision;
  log(unit, event_type::kGoalDeleted, gone, actor);
}

Task<Result<GoalEditor::Written>> GoalEditor::record(jobs::UnitOfWork& unit, Goal goal,
                                                     ProgressEntry entry, Context context) {
  Change change{Change::Kind::kProgress, goal, std::move(goal), {}, {}, std::move(context)};
  change.added.push_back(std::move(entry));
  co_return co_await write(unit, std::move(change));
}

Task<Result<GoalEditor::Written>> GoalEditor::takeBack(jobs::UnitOfWork& unit, Goal goal,
                                                       base::Uuid entryId, Context context) {
  Change change{Change::Kind::kProgress, goal, std::move(goal), {}, entryId, std::move(context)};
  co_return co_await write(unit, std::move(change));
}

Task<Result<GoalEditor::Written>> GoalEditor::addMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                           Milestone milestone, Context context) {
  if (goal.content.milestones.size() >= kMaxParts) {
    co_return Error(Code::kInvalid,
                    "a goal has at most " + std::to_string(kMaxParts) + " milestones");
  }
  Change change{Change::Kind::kEdit, goal, std::move(goal), {}, {}, std::move(context)};
  milestone.id = base::newUuid(clock_);
  change.after.content.milestones.push_back(std::move(milestone));
  co_return co_await write(unit, std::move(change));
}

Task<Result<GoalEditor::Written>> GoalEditor::setMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                           base::Uuid milestoneId,
                                                           std::optional<base::Instant> completedAt,
                                                           Context context) {
  Change change{Change::Kind::kEdit, goal, std::move(goal), {}, {}, std::move(context)};
  Milestone* const part = findMilestone(change.after, milestoneId);
  if (part == nullptr) co_return noMilestone();
  if (!(completedAt && part->completedAt)) part->completedAt = completedAt;
  co_return co_await write(unit, std::move(change));
}

Task<Result<GoalEditor::Written>> GoalEditor::removeMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                              base::Uuid milestoneId,
                                                              Context context) {
  Change change{Change::Kind::kEdit, goal, std::move(goal), {}, {}, std::move(context)};
  const auto erased = std::erase_if(change.after.content.milestones,
                                    [&](const Milestone& part) { return part.id == milestoneId; });
  if (erased == 0) co_return noMilestone();
  co_return co_await write(unit, std::move(change));
}

void GoalEditor::touch(jobs::UnitOfWork& unit, Goal goal, const jobs::Actor& actor) {
  ++goal.revision;
  goal.updated = clock_.now();
  goals_.put(unit, goal);
  log(unit, event_type::kGoalUpdated, goal, actor);
}

void GoalEditor::logTime(jobs::UnitOfWork& unit, Goal goal, const TimeEntry& entry,
                         const jobs::Actor& actor) {
  goals_.putTime(unit, entry);
  touch(unit, std::move(goal), actor);
}

void GoalEditor::removeTime(jobs::UnitOfWork& unit, Goal goal, base::Uuid timeId,
                            const jobs::Actor& actor) {
  goals_.removeTime(unit, goal.id, timeId);
  touch(unit, std::move(goal), actor);
}

Task<Result<GoalEditor::Written>> GoalEditor::refresh(jobs::UnitOfWork& unit, Goal goal,
                                                      Context context) {
  Change change{Change::Kind::kRefresh, goal, std::move(goal), {}, {}, std::move(context)};
  co_return co_await write(unit, std::move(change));
}

}  // namespace sw::goals
