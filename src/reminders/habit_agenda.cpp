#include "reminders/habit_agenda.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "accounts/local_day.h"
#include "base/time_format.h"
#include "habits/habit_calendar.h"
#include "habits/habit_record.h"

namespace sw::reminders {

using base::Result;
using base::Task;
using habits::Habit;
using habits::HabitEntry;
using habits::LocalDate;
using std::chrono::days;

namespace {

/// How far ahead the next dates are looked for, and back for what was done of a period.
constexpr days kAheadDays{400};
constexpr days kBackDays{366};
constexpr int kMostEntries = 400;

/// What is recorded of a habit, for asking about dates and periods.
class Done {
 public:
  explicit Done(const std::vector<HabitEntry>& entries) {
    for (const HabitEntry& entry : entries) byDate_.emplace(entry.date, &entry);
  }
  [[nodiscard]] LocalDate first(LocalDate fallback) const {
    return byDate_.empty() ? fallback : std::min(fallback, byDate_.begin()->first);
  }
  [[nodiscard]] bool settles(LocalDate date) const {
    const auto entry = byDate_.find(date);
    return entry != byDate_.end() && (entry->second->isDone() || entry->second->isExcused());
  }
  [[nodiscard]] int within(const habits::HabitPeriod& period) const {
    int done = 0;
    for (auto at = byDate_.lower_bound(period.first);
         at != byDate_.end() && at->first <= period.last; ++at) {
      if (at->second->isDone()) ++done;
    }
    return done;
  }

 private:
  std::map<LocalDate, const HabitEntry*> byDate_;
};

base::Instant timeOn(const habits::HabitContent& content, LocalDate date,
                     const accounts::DayRule& rule) {
  if (content.targetTime) return accounts::instantOn(date, *content.targetTime, rule);
  if (content.flexibleWindow) return accounts::instantOn(date, content.flexibleWindow->start, rule);
  return accounts::instantOn(date, kMorning, rule);
}

}  // namespace

Agenda habitAgenda(const Habit& habit, const std::vector<HabitEntry>& entries, const Person& person,
                   const accounts::DayRule& rule, AgendaSource::Range range) {
  const habits::HabitContent& content = habit.content;
  const auto& quiet = content.reminders.quietHours;
  Agenda agenda{.title = content.name,
                .quietHours = quiet ? quiet : person.settings.quietHours,
                .zone = person.zone,
                .moments = {}};
  if (!content.reminders.enabled || content.archived) return agenda;
  const Done done(entries);
  const LocalDate begin = done.first(content.versions.front().from);
  const habits::HabitCalendar calendar(content, begin);
  std::vector<std::chrono::minutes> leads = content.reminders.advanceNotice;
  if (leads.empty()) leads.emplace_back(0);
  const std::vector<std::string> channels = channelsFor(person, content.reminders.channels);

  // Dates before the present one are over, whatever they have left.
  const LocalDate today = std::max(accounts::localDateOf(range.now, rule), begin);
  const LocalDate last = today + kAheadDays;
  int ahead = 0;
  for (auto date = calendar.nextDue(today, last); date && ahead < AgendaSource::kAhead;
       date = calendar.nextDue(*date + days(1), last)) {
    if (calendar.isPaused(*date)) continue;
    const habits::HabitPeriod period = calendar.periodOf(*date);
    const bool reached =
        calendar.anyDates(period) && done.within(period) >= calendar.required(period);
    Moment moment;
    base::appendDate(moment.occasionKey, *date);
    moment.occasion = timeOn(content, *date, rule);
    moment.expires = accounts::endOf(*date, rule);
    moment.channels = channels;
    moment.settled = reached || done.settles(*date);
    for (const std::chrono::minutes lead : leads) {
      moment.lead = lead;
      moment.at = moment.occasion - lead;
      if (moment.at < range.from) continue;
      if (moment.at > range.now && !moment.settled) ++ahead;
      agenda.moments.push_back(moment);
    }
  }
  std::ranges::stable_sort(agenda.moments, {}, &Moment::at);
  return agenda;
}

Task<Result<std::optional<Agenda>>> HabitAgenda::read(base::Uuid resourceId, const Person& person,
                                                      Range range) {
  SW_CO_TRY(const auto found, co_await habits_.find(person.id, resourceId));
  if (!found) co_return std::optional<Agenda>();
  SW_CO_TRY(const habits::OpenHabit open, habits::open(found->record, found->settings));
  std::vector<HabitEntry> entries;
  if (open.habit.content.reminders.enabled && !open.habit.content.archived) {
    const LocalDate today = accounts::localDateOf(range.now, open.day);
    SW_CO_TRY(entries, co_await habits_.entries(resourceId, today - kBackDays, today + kAheadDays,
                                                kMostEntries));
  }
  co_return std::optional<Agenda>(habitAgenda(open.habit, entries, person, open.day, range));
}

}  // namespace sw::reminders
