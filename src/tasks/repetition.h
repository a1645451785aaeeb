#pragma once

#include <optional>

#include "accounts/local_day.h"
#include "base/result.h"
#include "tasks/task.h"

/// How recurring tasks go on. Pure functions.
namespace sw::tasks {

/// `kInvalid` when the content's recurrence is no single RRULE that gives something.
base::Result<void> checkRule(const TaskContent& content, const accounts::DayRule& rule);

/// What the next instance says of itself once `task` was done at `completed`: the same, with the
/// next deadline of its rule and an earliest start moved as far as the deadline, in wall-clock
/// time. Instances that would be late already are not made up for: the next one is the first whose
/// deadline has not passed. Counted from completion, the rule begins anew on the day the task was
/// done. Nothing when the series has ended. A rule's COUNT counts instances of the series,
/// `task.occurrence` among them. Cost does not grow with how long ago the deadline was.
std::optional<TaskContent> nextOf(const Task& task, base::Instant completed,
                                  const accounts::DayRule& rule);

}  // namespace sw::tasks
