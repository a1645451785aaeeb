#pragma once

#include <span>
#include <string>

#include "accounts/local_day.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "tasks/task.h"

/// Tasks as JSON: in requests, in answers, and in the store.
namespace sw::tasks {

/// Reads a whole task; what is missing takes its default. Everything wrong goes to `problems`.
/// Whether goal and blockers are the owner's is for the caller to see.
TaskContent readTask(base::json::Value body, const accounts::DayRule& rule,
                     base::json::Problems& problems);
TimeEntry readTime(base::json::Value body, base::Instant now, base::json::Problems& problems);

/// The content of a task as the JSON object that a merge patch applies to.
std::string toContentJson(const Task& task);

/// Appends the task as answers show it; `openBlockers` are those of its blockers that are still
/// to be done.
void appendTaskView(std::string& out, const Task& task, std::span<const base::Uuid> openBlockers,
                    base::Instant now);
void appendTimeView(std::string& out, const TimeEntry& entry);

/// What the store keeps of a task beside its columns, and back. `kCorrupted` when it cannot be
/// read.
std::string toDocument(const Task& task);
base::Result<void> readDocument(std::string_view document, Task& task);

/// The entity tag of the task's revision, quotes included: what a write is compared with.
std::string etagOf(const Task& task);
/// The entity tag of what `appendTaskView` shows, which says besides the revision what changes
/// without it: "12.3405691582" of a task that is overdue or blocked.
std::string viewTagOf(const Task& task, std::span<const base::Uuid> openBlockers,
                      base::Instant now);

/// When a deadline has passed: the instant itself, or the end of its day by the owner's rule.
base::Instant passingOf(const TaskTime& deadline, const accounts::DayRule& rule);

/// Limits of one task.
inline constexpr std::size_t kMaxTags = 30;
inline constexpr std::size_t kMaxBlockers = 50;

}  // namespace sw::tasks
