#pragma once

#include "reminders/agenda.h"
#include "tasks/task_store.h"

namespace sw::reminders {

/// The deadline of an open task, so long before as the person's settings say; of a deadline that
/// is a date in the morning of that day, or whole days before it. A reminder is of use until a day
/// after the deadline.
Agenda taskAgenda(const tasks::Task& task, const Person& person, AgendaSource::Range range);

/// Tasks out of their store. Thread-safe.
class TaskAgenda final : public AgendaSource {
 public:
  explicit TaskAgenda(tasks::TaskStore& tasks) : tasks_(tasks) {}

  base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId, const Person& person,
                                                       Range range) override;

 private:
  tasks::TaskStore& tasks_;
};

}  // namespace sw::reminders
