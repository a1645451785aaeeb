#include "habits/habit_editor.h"

#include <algorithm>
#include <utility>

#include "habits/flown_dates.h"
#include "habits/frequency_json.h"
#include "habits/habit_changes.h"
#include "jobs/event_types.h"

namespace sw::habits {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
namespace event_type = jobs::event_type;

/// More entries than the dates from 1970 to the end of the century.
constexpr int kAllEntries = 60'000;

Error dateAhead(LocalDate today) {
  const std::string issue = "must not lie ahead of today, " + dateText(today);
  return {Code::kInvalid, "date " + issue, {{"date", issue}}};
}

Error nothingOn(LocalDate date) {
  return {Code::kNotFound, "nothing of the kind is recorded for " + dateText(date)};
}

/// What a new entry says of where its owner is, and of the dates before it, which they may have
/// flown over. It stays when the date is told of again elsewhere: those dates came or did not come
/// where its owner was then.
void tellWhere(const OpenHabit& open, HabitEntry& entry) {
  entry.timeZone = std::string(open.day.zone.name());
  const std::optional<HabitEntry>& last = open.state.last;
  if (entry.backDated || !last || !open.state.isBehindAll(entry.date)) return;
  entry.flownOver = flownOver(*last, entry.date, entry.at, open.day);
}

}  // namespace

void HabitEditor::log(jobs::UnitOfWork& unit, std::string_view type, const Habit& habit,
                      std::string part, const jobs::Actor& actor) {
  jobs::Change change;
  change.userId = habit.userId;
  change.type = std::string(type);
  change.resourceId = habit.id;
  change.revision = habit.revision;
  change.at = habit.updated;
  change.requestId = actor.requestId;
  change.traceParent = actor.traceParent;
  change.part = std::move(part);
  changes_.append(unit, std::move(change));
}

Task<Result<std::optional<HabitEntry>>> HabitEditor::entryOf(const OpenHabit& open,
                                                             LocalDate date) {
  if (open.state.isBehindAll(date)) co_return std::optional<HabitEntry>();
  co_return co_await habits_.entry(open.habit.id, date);
}

Task<Result<std::vector<HabitEntry>>> HabitEditor::entriesFrom(base::Uuid habitId, LocalDate first,
                                                               int limit) {
  SW_CO_TRY(auto entries, co_await habits_.entries(habitId, first, kLastDate, limit));
  std::ranges::reverse(entries);
  co_return entries;
}

Task<Result<void>> HabitEditor::recount(OpenHabit& open, LocalDate date,
                                        const std::optional<HabitEntry>& entry) {
  const auto edited = [&](std::vector<HabitEntry> entries) {
    const auto at = std::ranges::lower_bound(entries, date, {}, &HabitEntry::date);
    const bool known = at != entries.end() && at->date == date;
    if (known && entry) {
      *at = *entry;
    } else if (known) {
      entries.erase(at);
    } else if (entry) {
      entries.insert(at, *entry);
    }
    return entries;
  };
  LocalDate before = date;
  while (const auto start = open.state.before(before)) {
    before = start->settled.through;
    const LocalDate first = before + std::chrono::days(1);
    const int most = static_cast<int>((open.state.last->date - before).count());
    SW_CO_TRY(auto entries, co_await entriesFrom(open.habit.id, first, most));
    entries = edited(std::move(entries));
    if (entries.empty()) continue;
    open.state = start->countedOn(open.habit.content, entries);
    co_return Result<void>();
  }
  SW_CO_TRY(auto entries, co_await entriesFrom(open.habit.id, kFirstDate, kAllEntries));
  open.state = HabitState::counted(open.habit.content, edited(std::move(entries)));
  co_return Result<void>();
}

Task<Result<void>> HabitEditor::write(jobs::UnitOfWork& unit, OpenHabit& open,
                                      const HabitEntry& entry) {
  HabitState& state = open.state;
  if (state.isBehindAll(entry.date)) {
    habits_.addEntry(unit, open.habit.id, entry);
    const HabitCalendar calendar(open.habit.content, state.settled.begin);
    state.append(calendar, entry);
    co_return Result<void>();
  }
  habits_.putEntry(unit, open.habit.id, entry);
  if (state.last && state.last->date == entry.date) {
    state.last = entry;
    state.last->note.clear();
    co_return Result<void>();
  }
  const std::optional<HabitEntry> written = entry;
  co_return co_await recount(open, entry.date, written);
}

Task<Result<void>> HabitEditor::erase(jobs::UnitOfWork& unit, OpenHabit& open, LocalDate date) {
  habits_.removeEntry(unit, open.habit.id, date);
  const std::optional<HabitEntry> none;
  co_return co_await recount(open, date, none);
}

HabitEdit HabitEditor::finish(jobs::UnitOfWork& unit, OpenHabit open, const HabitProgress& before,
                              std::string_view type, LocalDate date, const jobs::Actor& actor) {
  HabitEdit edit;
  edit.open = std::move(open);
  Habit& habit = edit.open.habit;
  ++habit.revision;
  habit.updated = clock_.now();
  edit.progress = progressOf(habit, edit.open.state, habit.updated, edit.open.day);
  habits_.putState(unit, toRecord(edit.open, edit.progress));
  edit.completed = type == event_type::kHabitCompleted;
  log(unit, type, habit, dateText(date), actor);
  edit.milestone = milestoneReached(before.current.count, edit.progress.current.count);
  if (edit.milestone) log(unit, event_type::kHabitStreakUpdated, habit, dateText(date), actor);
  return edit;
}

Result<HabitEdit> HabitEditor::create(
    jobs::UnitOfWork& unit, base::Uuid userId, HabitInput input,
    const std::optional<accounts::SettingsStore::Stored>& settings, const jobs::Actor& actor) {
  HabitEdit edit;
  Habit& habit = edit.open.habit;
  habit.id = base::newUuid(clock_);
  habit.userId = userId;
  habit.revision = 1;
  habit.created = clock_.now();
  habit.updated = habit.created;
  SW_TRY(edit.open.day, dayOf(input.content, settings));
  const LocalDate today = accounts::localDateOf(habit.created, edit.open.day);
  habit.content = std::move(input.content);
  const LocalDate start = input.startDate.value_or(today);
  habit.content.versions = {{start, input.frequency, input.goal, start}};
  edit.open.state = HabitState::fresh(habit.content);
  edit.progress = progressOf(habit, edit.open.state, habit.created, edit.open.day);
  habits_.put(unit, toRecord(edit.open, edit.progress));
  log(unit, event_type::kHabitCreated, habit, {}, actor);
  return edit;
}

Task<Result<HabitEdit>> HabitEditor::change(
    jobs::UnitOfWork& unit, OpenHabit open, HabitInput input,
    std::optional<LocalDate> effectiveFrom,
    const std::optional<accounts::SettingsStore::Stored>& settings, const jobs::Actor& actor) {
  HabitEdit edit;
  edit.open = std::move(open);
  Habit& habit = edit.open.habit;
  SW_CO_TRY(edit.open.day, dayOf(input.content, settings));
  const base::Instant now = clock_.now();
  const LocalDate today = accounts::localDateOf(now, edit.open.day);
  SW_CO_TRY(std::vector<HabitVersion> versions,
            changedVersions(habit.content.versions, input, effectiveFrom, today));
  const bool recount =
      versions != habit.content.versions || input.content.pauses != habit.content.pauses;
  habit.content = std::move(input.content);
  habit.content.versions = std::move(versions);
  if (recount) {
    SW_CO_TRY(auto entries, co_await entriesFrom(habit.id, kFirstDate, kAllEntries));
    for (HabitEntry& entry : entries) {
      const HabitEntry::Status status = statusUnder(habit.versionOn(entry.date), entry);
      if (status == entry.status) continue;
      entry.status = status;
      habits_.putEntry(unit, habit.id, entry);
    }
    edit.open.state = HabitState::counted(habit.content, entries);
  }
  ++habit.revision;
  habit.updated = now;
  edit.progress = progressOf(habit, edit.open.state, now, edit.open.day);
  habits_.put(unit, toRecord(edit.open, edit.progress));
  log(unit, event_type::kHabitUpdated, habit, {}, actor);
  co_return edit;
}

void HabitEditor::remove(jobs::UnitOfWork& unit, const OpenHabit& open, const jobs::Actor& actor) {
  habits_.remove(unit, open.habit.userId, open.habit.id, open.habit.revision);
  Habit gone = open.habit;
  gone.updated = clock_.now();
  log(unit, event_type::kHabitDeleted, gone, {}, actor);
}

Task<Result<HabitEdit>> HabitEditor::complete(jobs::UnitOfWork& unit, OpenHabit open,
                                              Completion completion, const jobs::Actor& actor) {
  const base::Instant now = clock_.now();
  const HabitProgress before = progressOf(open.habit, open.state, now, open.day);
  const LocalDate date = completion.date.value_or(before.today);
  if (date > before.today) co_return dateAhead(before.today);
  const HabitVersion& version = open.habit.versionOn(date);
  const bool tellsMore = completion.amount || completion.note || severalADay(version);
  if (!tellsMore && open.state.last && open.state.last->date == date && open.state.last->isDone()) {
    HabitEntry known = *open.state.last;
    co_return HabitEdit{std::move(open), before, std::move(known), false, false, std::nullopt};
  }
  SW_CO_TRY(const auto known, co_await entryOf(open, date));
  if (!tellsMore && known && known->isDone()) {
    co_return HabitEdit{std::move(open), before, known, false, false, std::nullopt};
  }
  HabitEntry entry = completedEntry(version, known, completion);
  entry.date = date;
  entry.at = now;
  entry.backDated = date != before.today;
  if (!known) tellWhere(open, entry);
  const bool becomesDone = entry.isDone() && !(known && known->isDone());
  SW_CO_CHECK(co_await write(unit, open, entry));
  const std::string_view type =
      becomesDone ? event_type::kHabitCompleted : event_type::kHabitUpdated;
  HabitEdit edit = finish(unit, std::move(open), before, type, date, actor);
  edit.entry = std::move(entry);
  co_return edit;
}

Task<Result<HabitEdit>> HabitEditor::undo(jobs::UnitOfWork& unit, OpenHabit open,
                                          std::optional<LocalDate> date, const jobs::Actor& actor) {
  const HabitProgress before = progressOf(open.habit, open.state, clock_.now(), open.day);
  const LocalDate day = date.value_or(before.today);
  SW_CO_TRY(const auto known, co_await entryOf(open, day));
  if (!known || known->isExcused()) co_return nothingOn(day);
  SW_CO_CHECK(co_await erase(unit, open, day));
  co_return finish(unit, std::move(open), before, event_type::kHabitUpdated, day, actor);
}

Task<Result<HabitEdit>> HabitEditor::skip(jobs::UnitOfWork& unit, OpenHabit open, Skip skip,
                                          const jobs::Actor& actor) {
  const base::Instant now = clock_.now();
  const HabitProgress before = progressOf(open.habit, open.state, now, open.day);
  const LocalDate date = skip.date.value_or(before.today);
  if (date > before.today) co_return dateAhead(before.today);
  SW_CO_TRY(const auto known, co_await entryOf(open, date));
  if (known && known->isDone()) {
    co_return Error(Code::kConflict, dateText(date) + " is done: take that back first");
  }
  HabitEntry entry = known.value_or(HabitEntry());
  if (known && known->status == skip.status && (!skip.note || *skip.note == known->note)) {
    co_return HabitEdit{std::move(open), before, known, false, false, std::nullopt};
  }
  entry.date = date;
  entry.status = skip.status;
  if (skip.note) entry.note = *skip.note;
  entry.at = now;
  entry.backDated = date != before.today;
  if (!known) tellWhere(open, entry);
  SW_CO_CHECK(co_await write(unit, open, entry));
  HabitEdit edit = finish(unit, std::move(open), before, event_type::kHabitSkipped, date, actor);
  edit.entry = std::move(entry);
  co_return edit;
}

Task<Result<HabitEdit>> HabitEditor::unskip(jobs::UnitOfWork& unit, OpenHabit open,
                                            std::optional<LocalDate> date,
                                            const jobs::Actor& actor) {
  const HabitProgress before = progressOf(open.habit, open.state, clock_.now(), open.day);
  const LocalDate day = date.value_or(before.today);
  SW_CO_TRY(const auto known, co_await entryOf(open, day));
  if (!known || !known->isExcused()) co_return nothingOn(day);
  if (known->amount > 0) {
    HabitEntry entry = *known;
    entry.status = HabitEntry::Status::kPartial;
    entry.status = statusUnder(open.habit.versionOn(day), entry);
    SW_CO_CHECK(co_await write(unit, open, entry));
    HabitEdit edit = finish(unit, std::move(open), before, event_type::kHabitUpdated, day, actor);
    edit.entry = std::move(entry);
    co_return edit;
  }
  SW_CO_CHECK(co_await erase(unit, open, day));
  co_return finish(unit, std::move(open), before, event_type::kHabitUpdated, day, actor);
}

}  // namespace sw::habits
