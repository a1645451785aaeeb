#include "reminders/task_agenda.h"

#include <algorithm>
#include <chrono>

#include "accounts/local_day.h"
#include "base/time_format.h"

namespace sw::reminders {

using base::Result;
using base::Task;

Agenda taskAgenda(const tasks::Task& task, const Person& person, AgendaSource::Range range) {
  Agenda agenda{.title = task.content.title,
                .quietHours = person.settings.quietHours,
                .zone = person.zone,
                .moments = {}};
  const auto& deadline = task.content.deadline;
  if (!deadline || !task.deadlineAt) return agenda;
  const base::Instant expires = *task.deadlineAt + std::chrono::days(1);
  if (expires <= range.now) return agenda;
  const accounts::DayRule rule{person.zone, {}};
  const auto date = std::chrono::floor<std::chrono::days>(deadline->local);
  Moment moment;
  if (deadline->isDate) {
    base::appendDate(moment.occasionKey, date);
    moment.occasion = accounts::instantOn(date, kMorning, rule);
  } else {
    moment.occasionKey = base::formatInstant(*task.deadlineAt);
    moment.occasion = *task.deadlineAt;
  }
  moment.expires = expires;
  moment.channels = channelsFor(person, {});
  moment.settled = task.content.status != tasks::TaskStatus::kOpen;
  for (const std::chrono::minutes lead : person.settings.reminderLeads.tasks) {
    const auto days = std::chrono::floor<std::chrono::days>(lead);
    moment.lead = deadline->isDate ? days : lead;
    moment.at = deadline->isDate ? base::Instant(accounts::instantOn(date - days, kMorning, rule))
                                 : moment.occasion - lead;
    const bool known = std::ranges::any_of(
        agenda.moments, [&](const Moment& other) { return other.lead == moment.lead; });
    if (!known && moment.at >= range.from) agenda.moments.push_back(moment);
  }
  std::ranges::stable_sort(agenda.moments, {}, &Moment::at);
  return agenda;
}

Task<Result<std::optional<Agenda>>> TaskAgenda::read(base::Uuid resourceId, const Person& person,
                                                     Range range) {
  SW_CO_TRY(const auto task, co_await tasks_.find(resourceId));
  if (!task || task->ownerId != person.id) co_return std::optional<Agenda>();
  co_return std::optional<Agenda>(taskAgenda(*task, person, range));
}

}  // namespace sw::reminders
