#include "tasks/task_store.h"

#include "calendar/search_tokens.h"

namespace sw::tasks {
namespace {

/// Later than every deadline: the year 9999 in microseconds.
constexpr std::int64_t kNoDeadline = 253'402'300'800'000'000;
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
constexpr std::int64_t kPerPriority = 10'000'000'000;  // minutes of every deadline lie below

}  // namespace

std::int64_t sortKeyOf(const Task& task, TaskSort sort) {
  const std::int64_t deadline =
      task.deadlineAt ? task.deadlineAt->time_since_epoch().count() : kNoDeadline;
  switch (sort) {
    case TaskSort::kCreated: return task.created.time_since_epoch().count();
    case TaskSort::kUpdated: return -task.updated.time_since_epoch().count();
    case TaskSort::kDeadline: return deadline;
    case TaskSort::kPriority:
      return deadline / kMicrosPerMinute -
             static_cast<std::int64_t>(task.content.priority) * kPerPriority;
  }
  return 0;
}

std::string searchTermsOf(const TaskContent& content) {
  std::string text = content.title + ' ' + content.notes;
  for (const std::string& tag : content.tags) text += ' ' + tag;
  std::string terms;
  for (const std::string& word : calendar::searchTokens(text)) terms += '\n' + word;
  return terms;
}

}  // namespace sw::tasks
