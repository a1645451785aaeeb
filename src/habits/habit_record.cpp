#include "habits/habit_record.h"

#include "accounts/settings_json.h"
#include "base/time_format.h"
#include "habits/habit_json.h"

namespace sw::habits {

using base::Result;

Result<accounts::DayRule> dayOf(const HabitContent& content,
                                const std::optional<accounts::SettingsStore::Stored>& settings) {
  accounts::DayRule day;
  if (settings) {
    SW_TRY(const accounts::Settings known, accounts::fromStored(*settings));
    SW_TRY(day, accounts::dayRuleOf(known));
  }
  if (content.timeZone) {
    SW_TRY(day.zone, base::Zone::find(*content.timeZone));
  }
  return day;
}

Result<OpenHabit> open(const HabitRecord& record,
                       const std::optional<accounts::SettingsStore::Stored>& settings) {
  OpenHabit out;
  out.habit.id = record.id;
  out.habit.userId = record.userId;
  out.habit.revision = record.revision;
  out.habit.created = record.created;
  out.habit.updated = record.updated;
  SW_TRY(out.habit.content, decodeContent(record.content));
  auto state = decodeState(record.state);
  if (!state) return base::Error(base::Code::kCorrupted, "the state of a habit cannot be read");
  out.state = *std::move(state);
  SW_TRY(out.day, dayOf(out.habit.content, settings));
  return out;
}

HabitRecord toRecord(const OpenHabit& open, const HabitProgress& progress) {
  const Habit& habit = open.habit;
  HabitRecord record;
  record.userId = habit.userId;
  record.id = habit.id;
  record.revision = habit.revision;
  record.archived = habit.content.archived;
  record.nextDue = progress.nextDue;
  // The owner's date may be a day ahead of one in a zone of its own: then it is found a day early.
  if (record.nextDue && habit.content.timeZone) *record.nextDue -= std::chrono::days(1);
  record.streakDays = progress.current.days;
  record.streakUntil = base::kMaxTime;
  if (progress.streakSafeThrough) {
    record.streakUntil = accounts::endOf(*progress.streakSafeThrough, open.day);
  }
  record.content = encodeContent(habit.content);
  record.state = encodeState(open.state);
  record.created = habit.created;
  record.updated = habit.updated;
  return record;
}

}  // namespace sw::habits
