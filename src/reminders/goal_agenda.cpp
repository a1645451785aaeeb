#include "reminders/goal_agenda.h"

#include <algorithm>
#include <chrono>

#include "accounts/local_day.h"
#include "base/time_format.h"

namespace sw::reminders {

using base::Result;
using base::Task;

namespace {

/// What is due by a date: the goal itself, or one of its milestones.
struct Deadline {
  std::chrono::local_days date;
  std::string suffix;  // of the key
  std::string title;
  bool settled = false;
};

void addMoments(Agenda& agenda, const Deadline& deadline, const Person& person,
                AgendaSource::Range range) {
  // A date ends at midnight, whenever the person's own days begin.
  const accounts::DayRule rule{person.zone, {}};
  const base::Instant expires = accounts::endOf(deadline.date, rule);
  std::string key;
  base::appendDate(key, deadline.date);
  key += deadline.suffix;
  for (const std::chrono::days lead : person.settings.reminderLeads.goals) {
    const base::Instant at = accounts::instantOn(deadline.date - lead, kMorning, rule);
    if (at < range.from || expires <= range.now) continue;
    agenda.moments.push_back({.occasionKey = key,
                              .occasion = accounts::instantOn(deadline.date, kMorning, rule),
                              .lead = lead,
                              .at = at,
                              .expires = expires,
                              .channels = channelsFor(person, {}),
                              .title = deadline.title,
                              .settled = deadline.settled});
  }
}

}  // namespace

Agenda goalAgenda(const goals::Goal& goal, const Person& person, AgendaSource::Range range) {
  Agenda agenda{.title = goal.content.title,
                .quietHours = person.settings.quietHours,
                .zone = person.zone,
                .moments = {}};
  const bool active = goal.content.status == goals::GoalStatus::kActive;
  if (goal.content.targetDate) {
    addMoments(agenda, {*goal.content.targetDate, "", "", !active}, person, range);
  }
  for (const goals::Milestone& milestone : goal.content.milestones) {
    if (!milestone.targetDate) continue;
    const bool settled = !active || milestone.completedAt.has_value();
    addMoments(agenda,
               {*milestone.targetDate, " " + milestone.id.toString(), milestone.title, settled},
               person, range);
  }
  std::ranges::stable_sort(agenda.moments, {}, &Moment::at);
  return agenda;
}

Task<Result<std::optional<Agenda>>> GoalAgenda::read(base::Uuid resourceId, const Person& person,
                                                     Range range) {
  SW_CO_TRY(const auto goal, co_await goals_.find(resourceId));
  if (!goal || goal->ownerId != person.id) co_return std::optional<Agenda>();
  co_return std::optional<Agenda>(goalAgenda(*goal, person, range));
}

}  // namespace sw::reminders
