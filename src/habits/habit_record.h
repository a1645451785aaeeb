#pragma once

#include "accounts/local_day.h"
#include "base/result.h"
#include "habits/habit_state.h"
#include "habits/habit_store.h"

namespace sw::habits {

/// A habit with what was counted of it, and the day its owner lives by.
struct OpenHabit {
  Habit habit;
  HabitState state;
  accounts::DayRule day;
};

/// The day of a habit: its own zone where it is fixed, else that of the settings (defaults: UTC);
/// the day's begin is always that of the settings. `kCorrupted` when they cannot be read.
base::Result<accounts::DayRule> dayOf(
    const HabitContent& content, const std::optional<accounts::SettingsStore::Stored>& settings);

/// What a row says; `kCorrupted` when it cannot be read.
base::Result<OpenHabit> open(const HabitRecord& record,
                             const std::optional<accounts::SettingsStore::Stored>& settings);

/// The row of a habit as it stands at `now`.
HabitRecord toRecord(const OpenHabit& open, const HabitProgress& progress);

}  // namespace sw::habits
