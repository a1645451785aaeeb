#pragma once

#include "habits/habit_store.h"
#include "reminders/agenda.h"

namespace sw::reminders {

/// What a habit asks for in reminders, as a plain function: a moment for each date that it names
/// from the present day on and for each of its lead times. The time of a date is the target time,
/// else the begin of the flexible window, else nine in the morning. A date is settled when it is
/// done, skipped or frozen; one in a pause has no moment, and a habit of so many times a period
/// has none left once that is reached. `entries` are those of the last 366 days and later, `rule`
/// says whose days they are.
Agenda habitAgenda(const habits::Habit& habit, const std::vector<habits::HabitEntry>& entries,
                   const Person& person, const accounts::DayRule& rule, AgendaSource::Range range);

/// Habits out of their store. Thread-safe.
class HabitAgenda final : public AgendaSource {
 public:
  explicit HabitAgenda(habits::HabitStore& habits) : habits_(habits) {}

  base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId, const Person& person,
                                                       Range range) override;

 private:
  habits::HabitStore& habits_;
};

}  // namespace sw::reminders
