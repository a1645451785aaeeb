#include "habits/habit_view.h"

#include <array>

#include "base/time_format.h"
#include "habits/frequency_json.h"
#include "habits/habit_changes.h"
#include "habits/habit_json.h"

namespace sw::habits {
namespace {

using base::json::Writer;

constexpr std::array<std::string_view, 4> kUnits = {"days", "weeks", "months", "occasions"};
constexpr std::array<std::string_view, 4> kStatuses = {"partial", "done", "skipped", "frozen"};

std::string_view unitName(StreakUnit unit) { return kUnits.at(static_cast<std::size_t>(unit)); }

void writeOffsetTime(Writer& writer, std::string_view name, base::UtcSeconds at,
                     const base::Zone& zone) {
  std::string text;
  base::appendDateTime(text, zone.toLocal(at), zone.spanAt(at).offset);
  writer.field(name, text);
}

void writeNextDue(Writer& writer, const OpenHabit& open, LocalDate date) {
  writer.key("nextDue").beginObject();
  if (open.habit.content.targetTime) {
    const auto at = accounts::instantOn(date, *open.habit.content.targetTime, open.day);
    writeOffsetTime(writer, "dateTime", at, open.day.zone);
    writer.field("timeZone", open.day.zone.name());
  } else {
    writer.field("date", dateText(date));
  }
  writer.endObject();
}

/// The members that the habit's view and the streak's have in common.
void writeStanding(Writer& writer, const OpenHabit& open, const HabitProgress& progress) {
  writer.field("currentStreak", progress.current.count)
      .field("longestStreak", progress.longest.count)
      .field("streakUnit", unitName(progress.unit))
      .field("elapsedDays", progress.current.days);
  if (progress.current.since) writer.field("streakSince", dateText(*progress.current.since));
  if (progress.streakSafeThrough) {
    writer.field("streakSafeThrough", dateText(*progress.streakSafeThrough));
  }
  writer.key("strength").number(progress.strength);
  writer.field("completions", progress.completions);
  if (progress.lastCompleted) writer.field("lastCompleted", dateText(*progress.lastCompleted));
  if (progress.nextDue) writeNextDue(writer, open, *progress.nextDue);
}

}  // namespace

std::string etagOf(const Habit& habit, LocalDate today) {
  return '"' + std::to_string(habit.revision) + '.' +
         std::to_string(today.time_since_epoch().count()) + '"';
}

void appendHabitView(std::string& out, const OpenHabit& open, const HabitProgress& progress) {
  const Habit& habit = open.habit;
  Writer writer(out);
  writer.beginObject()
      .field("id", habit.id.toString())
      .field("etag", etagOf(habit, progress.today));
  writeHabitContent(writer, habit.content);
  writer.key("progress").beginObject().field("date", dateText(progress.today));
  writer.field("done", progress.done).field("due", progress.due);
  writer.field("paused", habit.isPausedOn(progress.today));
  writer.key("amount").number(progress.entry ? progress.entry->amount : 0);
  writer.key("goal").number(habit.goalOn(progress.today));
  writeStanding(writer, open, progress);
  writer.endObject();
  if (habit.content.versions.size() > 1) {
    writer.key("history").beginArray();
    for (const HabitVersion& version : habit.content.versions) {
      writer.beginObject().field("from", dateText(version.from));
      writeFrequency(writer.key("frequency"), version.frequency);
      if (version.goal) writeGoal(writer.key("goal"), *version.goal);
      writer.endObject();
    }
    writer.endArray();
  }
  writer.field("created", base::formatInstant(habit.created))
      .field("updated", base::formatInstant(habit.updated))
      .endObject();
}

void appendStreakView(std::string& out, const OpenHabit& open, const HabitProgress& progress) {
  Writer writer(out);
  writer.beginObject().field("habitId", open.habit.id.toString());
  writer.field("date", dateText(progress.today));
  writeStanding(writer, open, progress);
  writer.field("nextMilestone", nextMilestone(progress.current.count)).endObject();
}

void writeEntry(Writer& writer, const HabitEntry& entry) {
  writer.beginObject()
      .field("date", dateText(entry.date))
      .field("status", kStatuses.at(static_cast<std::size_t>(entry.status)));
  writer.key("amount").number(entry.amount);
  if (!entry.note.empty()) writer.field("note", entry.note);
  writer.field("recordedAt", base::formatInstant(entry.at))
      .field("timeZone", entry.timeZone)
      .field("backDated", entry.backDated)
      .endObject();
}

void appendEditView(std::string& out, const HabitEdit& edit, LocalDate date) {
  Writer writer(out);
  writer.beginObject()
      .field("habitId", edit.open.habit.id.toString())
      .field("date", dateText(date))
      .field("done", edit.entry && edit.entry->isDone());
  writer.key("goal").number(edit.open.habit.goalOn(date));
  if (edit.entry) writeEntry(writer.key("entry"), *edit.entry);
  writeStanding(writer, edit.open, edit.progress);
  if (edit.milestone) writer.field("milestone", *edit.milestone);
  writer.endObject();
}

}  // namespace sw::habits
