#include "habits/habit_record.h"

#include <algorithm>

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

namespace {

/// When a date ends where the last entry was told: it is over when it is over there as well.
base::UtcSeconds endThere(const OpenHabit& open, LocalDate date) {
  const std::optional<HabitEntry>& last = open.state.last;
  if (!last || last->timeZone == open.day.zone.name()) return accounts::endOf(date, open.day);
  const auto zone = base::Zone::find(last->timeZone);
  return accounts::endOf(date, zone.ok() ? accounts::DayRule{*zone, open.day.boundary} : open.day);
}

}  // namespace

HabitRecord toRecord(const OpenHabit& open, const HabitProgress& progress) {
  const Habit& habit = open.habit;
  HabitRecord record;
  record.userId = habit.userId;
  record.id = habit.id;
  record.revision = habit.revision;
  record.archived = habit.content.archived;
  record.nextDue = progress.nextDue;
  // Zones are up to 26 hours apart: where the habit has its own, its date may be two days ahead
  // of its owner's, by which it is looked for.
  if (record.nextDue && habit.content.timeZone) *record.nextDue -= std::chrono::days(2);
  record.streakDays = progress.current.days;
  record.streakUntil = base::kMaxTime;
  if (progress.streakSafeThrough) {
    const auto end = accounts::endOf(*progress.streakSafeThrough, open.day);
    record.streakUntil = std::max(end, endThere(open, *progress.streakSafeThrough));
  }
  record.content = encodeContent(habit.content);
  record.state = encodeState(open.state);
  record.created = habit.created;
  record.updated = habit.updated;
  return record;
}

}  // namespace sw::habits
