#pragma once

#include "goals/goal_store.h"
#include "reminders/agenda.h"

namespace sw::reminders {

/// The target date of an active goal, and those of its milestones, in the morning so many days
/// before as the person's settings say.
Agenda goalAgenda(const goals::Goal& goal, const Person& person, AgendaSource::Range range);

/// Goals out of their store. Thread-safe.
class GoalAgenda final : public AgendaSource {
 public:
  explicit GoalAgenda(goals::GoalStore& goals) : goals_(goals) {}

  base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId, const Person& person,
                                                       Range range) override;

 private:
  goals::GoalStore& goals_;
};

}  // namespace sw::reminders
