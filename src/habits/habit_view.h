#pragma once

#include <string>

#include "base/json.h"
#include "habits/habit_editor.h"

/// Habits as answers and events show them.
namespace sw::habits {

/// The entity tag of a habit as it is shown on a date: with the date, since what is shown of the
/// streak changes at midnight without a write.
std::string etagOf(const Habit& habit, LocalDate today);

/// Appends the whole habit, with how it stands.
void appendHabitView(std::string& out, const OpenHabit& open, const HabitProgress& progress);
/// Appends the streak alone.
void appendStreakView(std::string& out, const OpenHabit& open, const HabitProgress& progress);
void writeEntry(base::json::Writer& writer, const HabitEntry& entry);
/// Appends what a completion, a skip, or taking one back has come to.
void appendEditView(std::string& out, const HabitEdit& edit, LocalDate date);

}  // namespace sw::habits
