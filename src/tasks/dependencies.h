#pragma once

#include <vector>

#include "base/uuid.h"
#include "tasks/task_store.h"

namespace sw::tasks {

/// The way round, when the task would wait for itself with these blockers: the task, its blocker,
/// the blocker's blocker …, the task again. Empty when there is none. `arrows` are those there are,
/// whose arrows from `taskId` are left aside. Cost grows with their number.
std::vector<base::Uuid> cycleWith(const base::Uuid& taskId, const std::vector<base::Uuid>& blockers,
                                  const std::vector<Dependency>& arrows);

}  // namespace sw::tasks
