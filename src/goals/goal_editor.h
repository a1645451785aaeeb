#pragma once

#include <string_view>
#include <vector>

#include "accounts/local_day.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "goals/goal_json.h"
#include "goals/goal_store.h"
#include "goals/linked_progress.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::goals {

/// Creates, changes and removes goals, and records what is done for them. Every change works the
/// goal's numbers out anew from its whole journal, raises its revision and enters the change log,
/// all in the caller's unit of work; nothing is written before the caller commits. Two changes of
/// one goal at a time never mix: the second unit fails with `kConflict` and is to be worked out
/// again. Thread-safe; the stores must outlive it.
class GoalEditor {
 public:
  GoalEditor(GoalStore& goals, LinkedProgressSource& linked, jobs::ChangeLog& changes,
             const base::Clock& clock)
      : goals_(goals), linked_(linked), changes_(changes), clock_(clock) {}

  /// For whom and under which rules something is changed.
  struct Context {
    accounts::DayRule rule;  // of the owner
    jobs::Actor actor;
  };
  /// A goal as a unit will leave it.
  struct Written {
    Goal goal;
    bool changed = true;     // false: there was nothing to write
    bool completed = false;  // it was not, and now is
  };

  /// `kInvalid` when the owner has `kMaxGoals` already, or links what is not theirs.
  base::Task<base::Result<Written>> create(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                           GoalRequest request, Context context);
  /// Gives the goal the request's content; numbers that it names are journaled.
  base::Task<base::Result<Written>> change(jobs::UnitOfWork& unit, Goal goal, GoalRequest request,
                                           Context context);
  void remove(jobs::UnitOfWork& unit, const Goal& goal, const jobs::Actor& actor);

  /// Adds a line to the journal, or writes over the one with its id. `kInvalid` when the journal
  /// has `kMaxEntries` lines.
  base::Task<base::Result<Written>> record(jobs::UnitOfWork& unit, Goal goal, ProgressEntry entry,
                                           Context context);
  /// Takes a line back. `kNotFound` when the journal has none with that id.
  base::Task<base::Result<Written>> takeBack(jobs::UnitOfWork& unit, Goal goal, base::Uuid entryId,
                                             Context context);

  /// Adds a milestone, which gets its id; `kInvalid` when there are `kMaxParts` already.
  base::Task<base::Result<Written>> addMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                 Milestone milestone, Context context);
  /// Says when a milestone was done, or (nothing) that it is not. Doing it twice changes nothing.
  /// `kNotFound` when the goal has no such milestone.
  base::Task<base::Result<Written>> setMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                 base::Uuid milestoneId,
                                                 std::optional<base::Instant> completedAt,
                                                 Context context);
  base::Task<base::Result<Written>> removeMilestone(jobs::UnitOfWork& unit, Goal goal,
                                                    base::Uuid milestoneId, Context context);

  /// Adds time that was spent on the goal, or takes an entry back (the unit fails with `kNotFound`
  /// when there is none with that id).
  void logTime(jobs::UnitOfWork& unit, Goal goal, const TimeEntry& entry, const jobs::Actor& actor);
  void removeTime(jobs::UnitOfWork& unit, Goal goal, base::Uuid timeId, const jobs::Actor& actor);

  /// Works the goal out anew after something linked has changed; writes only where that changes
  /// it, so that it may be called any number of times.
  base::Task<base::Result<Written>> refresh(jobs::UnitOfWork& unit, Goal goal, Context context);

  static constexpr std::int64_t kMaxGoals = 2000;
  static constexpr std::size_t kMaxEntries = 10'000;

 private:
  struct Change;

  base::Task<base::Result<void>> checkLinks(const Goal& goal, const Goal* before);
  base::Task<base::Result<Written>> write(jobs::UnitOfWork& unit, Change change);
  void touch(jobs::UnitOfWork& unit, Goal goal, const jobs::Actor& actor);
  void log(jobs::UnitOfWork& unit, std::string_view type, const Goal& goal,
           const jobs::Actor& actor);

  GoalStore& goals_;
  LinkedProgressSource& linked_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

/// Completes an active goal whose way is done and reopens one that only its progress had
/// completed and that has fallen back; keeps `completedAt` in step with the status.
void settle(Goal& goal, base::Instant now);

}  // namespace sw::goals
