#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/json_reader.h"
#include "habits/habit.h"

/// Parts of habits as JSON, alike in requests, in answers and in the store.
namespace sw::habits {

/// Reads `{"type": "weekly", "days": ["MO", "WE"]}` and the other types, or a short form: "daily",
/// "weekly" (once a week), "monthly" (once a month), or the text of a recurrence rule. Members of
/// another type are left aside, so that a merge patch can change the type. Nothing when it is
/// wrong, which has been noted under `path`.
std::optional<Frequency> readFrequency(base::json::Value value, const std::string& path,
                                       base::json::Problems& problems);
void writeFrequency(base::json::Writer& writer, const Frequency& frequency);

std::optional<HabitGoal> readGoal(base::json::Value value, const std::string& path,
                                  base::json::Problems& problems);
void writeGoal(base::json::Writer& writer, const HabitGoal& goal);

HabitPause readPause(base::json::Value value, const std::string& path,
                     base::json::Problems& problems);
void writePause(base::json::Writer& writer, const HabitPause& pause);

HabitReminders readReminders(base::json::Value value, const std::string& path,
                             base::json::Problems& problems);
void writeReminders(base::json::Writer& writer, const HabitReminders& reminders);

/// A date member "2026-03-01" of the years 1970 to 9998; a problem where it is something else.
std::optional<LocalDate> readDate(
    base::json::ObjectReader& reader, std::string_view name,
    base::json::ObjectReader::Presence presence = base::json::ObjectReader::kOptional);
std::string dateText(LocalDate date);

/// A time of day "07:30".
std::optional<std::chrono::minutes> readTime(
    base::json::ObjectReader& reader, std::string_view name,
    base::json::ObjectReader::Presence presence = base::json::ObjectReader::kOptional);
std::string timeText(std::chrono::minutes time);
/// `{"start": "22:00", "end": "07:00"}`, which may pass midnight.
std::optional<accounts::DayRange> readTimes(base::json::Value value, const std::string& path,
                                            base::json::Problems& problems);
void writeTimes(base::json::Writer& writer, const accounts::DayRange& range);

}  // namespace sw::habits
