#pragma once

#include <optional>
#include <string>

#include "base/json_reader.h"
#include "base/result.h"
#include "habits/habit.h"

/// Habits as JSON: in requests and in the store. Answers: `habit_view.h`.
namespace sw::habits {

/// What one body says of a habit.
struct HabitInput {
  HabitContent content;  // without versions
  Frequency frequency;
  std::optional<HabitGoal> goal;
  std::optional<LocalDate> startDate;
};

/// Reads a whole body; what is missing takes its default (the name is required, the frequency is
/// daily). Everything wrong goes to `problems`.
HabitInput readHabitInput(base::json::Value body, base::json::Problems& problems);

/// Appends the members that a person may set, as answers show them and as a merge patch applies to.
void writeHabitContent(base::json::Writer& writer, const HabitContent& content);
/// The same as one object.
std::string toContentJson(const HabitContent& content);

/// As stored: with every version.
std::string encodeContent(const HabitContent& content);
/// `kCorrupted` when it cannot be read.
base::Result<HabitContent> decodeContent(std::string_view text);

}  // namespace sw::habits
