#pragma once

#include <optional>
#include <string_view>

#include "accounts/settings.h"
#include "api/query_reader.h"
#include "api/request_scope.h"
#include "habits/habit_editor.h"
#include "habits/habit_store.h"
#include "habits/habits_probe.h"

namespace sw::api {

/// What the routes of habits work with. All outlive the routes.
struct HabitServices {
  accounts::SettingsStore& settings;
  habits::HabitStore& habits;
  habits::HabitEditor& editor;
  const habits::HabitsProbe& probe;
};

/// A habit of the caller with their settings.
struct FoundHabit {
  habits::OpenHabit open;
  std::optional<accounts::SettingsStore::Stored> settings;
};

/// The habit in the path. `kNotFound` when there is none or it is another's.
base::Task<base::Result<FoundHabit>> findHabit(HabitServices& services, RequestScope& scope);

/// `kPreconditionFailed` when If-Match is sent and names another revision. The date in a habit's
/// tag is left aside: what changes by itself at midnight is no reason to refuse a write.
base::Result<void> checkHabitMatch(const RequestScope& scope, const habits::Habit& habit);

/// The habit as an answer with its entity tag.
Response habitResponse(const RequestScope& scope, int status, const habits::OpenHabit& open,
                       const habits::HabitProgress& progress);

/// A date in the query; nothing when it is absent or wrong (which is noted).
std::optional<habits::LocalDate> readDate(QueryReader& query, std::string_view name);

}  // namespace sw::api
