#include "tasks/repetition.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "calendar/recurrence_lines.h"
#include "tasks/task_json.h"

namespace sw::tasks {
namespace {

using base::Result;
using calendar::Recurrence;
using calendar::RecurrenceSet;

constexpr std::chrono::seconds kDateMargin = std::chrono::days(3);

base::Zone zoneOf(const TaskTime& time, const accounts::DayRule& rule) {
  if (time.timeZone.empty()) return rule.zone;
  const auto found = base::Zone::find(time.timeZone);
  return found.ok() ? *found : rule.zone;
}

Result<Recurrence> recurrenceOf(const TaskContent& content, const accounts::DayRule& rule) {
  const TaskTime& start = *content.deadline;
  const std::vector<std::string> lines = {content.recurrence};
  SW_TRY(Recurrence recurrence,
         calendar::parseRecurrence({start.local, start.isDate, false, zoneOf(start, rule)}, lines));
  if (recurrence.rules.size() != 1 || !recurrence.dates.empty()) {
    return base::Error(base::Code::kInvalid, "must be one rule such as RRULE:FREQ=WEEKLY");
  }
  return recurrence;
}

}  // namespace

Result<void> checkRule(const TaskContent& content, const accounts::DayRule& rule) {
  const auto recurrence = recurrenceOf(content, rule);
  if (!recurrence.ok()) return recurrence.error();
  if (!RecurrenceSet(*recurrence).first()) {
    return base::Error(base::Code::kInvalid, "never gives a deadline");
  }
  return {};
}

std::optional<TaskContent> nextOf(const Task& task, base::Instant completed,
                                  const accounts::DayRule& rule) {
  const TaskContent& content = task.content;
  if (content.recurrence.empty() || !content.deadline) return std::nullopt;
  auto read = recurrenceOf(content, rule);
  if (!read.ok()) return std::nullopt;
  Recurrence recurrence = *std::move(read);
  const TaskTime& deadline = *content.deadline;
  if (auto& count = recurrence.rules.front().count) {
    if (task.occurrence >= *count) return std::nullopt;
    count.reset();  // of the series, which began before this deadline
  }
  base::UtcSeconds after = recurrence.zone.toUtc(deadline.local);
  if (content.repeatFrom == RepeatFrom::kCompletion) {
    const auto day = accounts::localDateOf(completed, {recurrence.zone, rule.boundary});
    const auto timeOfDay = deadline.local - std::chrono::floor<std::chrono::days>(deadline.local);
    recurrence.start = base::LocalSeconds(day) + timeOfDay;
    after = recurrence.zone.toUtc(recurrence.start);
  }
  // A date passes at its end, a good day after it begins; what passed before that is not looked at.
  const auto margin = deadline.isDate ? kDateMargin : std::chrono::seconds(0);
  after = std::max(after, std::chrono::floor<std::chrono::seconds>(completed) - margin);
  base::Instant passed = completed;
  if (content.repeatFrom == RepeatFrom::kDeadline) {
    passed = std::max(passed, passingOf(deadline, rule));  // a date its zone leaves out has no time
  }
  const RecurrenceSet set(recurrence);
  RecurrenceSet::Cursor cursor(set);
  cursor.seek(after + std::chrono::seconds(1));
  while (const auto occurrence = cursor.next()) {
    TaskContent next = content;
    next.deadline->local = occurrence->local;
    if (passingOf(*next.deadline, rule) <= passed) continue;
    if (next.earliestStart) {
      next.earliestStart->local += next.deadline->local - deadline.local;
    }
    next.status = TaskStatus::kOpen;
    next.blockedBy.clear();
    return next;
  }
  return std::nullopt;
}

}  // namespace sw::tasks
