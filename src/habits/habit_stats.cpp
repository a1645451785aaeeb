#include "habits/habit_stats.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "base/zone.h"
#include "calendar/recurrence_rule_text.h"
#include "habits/flown_dates.h"
#include "habits/frequency_json.h"

namespace sw::habits {
namespace {

using base::json::Writer;
using std::chrono::days;

constexpr days kTrend{30};
constexpr days kDailyPoints{92};  // longer stretches show a point a week
constexpr std::array<std::string_view, 6> kHeat = {"done",   "partial", "skipped",
                                                   "frozen", "paused",  "missed"};

std::size_t weekdayOf(LocalDate date) { return std::chrono::weekday(date).iso_encoding() - 1; }

/// Notes one date everywhere it counts.
void note(HabitStats& stats, LocalDate date, bool done, LocalDate today) {
  const auto add = [done](DoneOf& where) {
    ++where.expected;
    if (done) ++where.done;
  };
  add(stats.all);
  add(stats.weekdays.at(weekdayOf(date)));
  const std::string month = dateText(date).substr(0, 7);
  if (stats.months.empty() || stats.months.back().first != month)
    stats.months.push_back({month, {}});
  add(stats.months.back().second);
  if (date > today - kTrend) {
    add(stats.recent);
  } else if (date > today - 2 * kTrend) {
    add(stats.before);
  }
}

void noteHour(HabitStats& stats, const HabitEntry& entry) {
  if (entry.backDated || !entry.isDone()) return;
  const auto zone = base::Zone::find(entry.timeZone);
  if (!zone.ok()) return;
  const auto local = zone->toLocal(std::chrono::floor<std::chrono::seconds>(entry.at));
  const auto hour = std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<days>(local));
  ++stats.hours.at(static_cast<std::size_t>(hour.count()));
}

/// What one date adds to the statistics.
void look(HabitStats& stats, const HabitCalendar& calendar, LocalDate date, const HabitEntry* entry,
          LocalDate today) {
  using Status = HeatDate::Status;
  const bool due = calendar.isDue(date);
  const bool paused = calendar.isPaused(date);
  const bool free = calendar.anyDates(calendar.periodOf(date));
  if (entry != nullptr) {
    const double goal = goalOf(calendar.version(calendar.versionOn(date)));
    const DayFact fact = factOf(*entry, goal);
    constexpr std::array kOf = {Status::kPartial, Status::kDone, Status::kSkipped, Status::kFrozen};
    stats.heatMap.push_back({date, kOf.at(static_cast<std::size_t>(entry->status)), fact.value});
    noteHour(stats, *entry);
    if (fact.done) return note(stats, date, true, today);
    if (fact.excused) return;
  } else if (paused) {
    stats.heatMap.push_back({date, Status::kPaused, 0});
  } else if (due && !free && date < today) {
    stats.heatMap.push_back({date, Status::kMissed, 0});
  }
  if (due && !paused && date < today) note(stats, date, false, today);
}

void writeDoneOf(Writer& writer, const DoneOf& of) {
  writer.field("done", of.done).field("expected", of.expected).key("rate").number(of.rate());
}

}  // namespace

HabitStats statsOf(const OpenHabit& open, const std::vector<HabitEntry>& ascending, LocalDate from,
                   LocalDate to, LocalDate today) {
  HabitStats stats;
  stats.from = from;
  stats.to = to;
  LocalDate begin = open.habit.content.versions.front().from;
  if (!ascending.empty()) begin = std::min(begin, ascending.front().date);
  const HabitCalendar calendar(open.habit.content, begin);
  auto next = ascending.begin();
  std::optional<FlownDates> flown;  // of the dates before the next entry
  for (LocalDate date = std::max(from, begin); date <= to; date += days(1)) {
    for (; next != ascending.end() && next->date < date; ++next) flown.reset();
    const bool here = next != ascending.end() && next->date == date;
    if (!here && !flown) {
      flown =
          next != ascending.end() ? FlownDates(date, *next) : FlownDates(date, to, open.day.zone);
    }
    if (here || !flown->holds(date)) look(stats, calendar, date, here ? &*next : nullptr, today);
  }
  // A date that is not over counts when it is done.
  const bool doneToday =
      !ascending.empty() && ascending.back().date == today && ascending.back().isDone();
  const LocalDate last = std::min(to, doneToday ? today : today - days(1));
  const bool daily = to - from <= kDailyPoints;
  const auto sample = [&](const Tally& tally) {
    if (tally.through < from) return;
    const bool point = daily || tally.through == last || weekdayOf(tally.through) == 6;
    if (point) stats.strengths.emplace_back(tally.through, tally.strength.value());
  };
  stats.strength = tallyThrough(calendar, ascending, last, open.day.zone, sample).strength.value();
  return stats;
}

void appendStatsView(std::string& out, const Habit& habit, const HabitStats& stats) {
  Writer writer(out);
  writer.beginObject().field("habitId", habit.id.toString());
  writer.field("from", dateText(stats.from)).field("to", dateText(stats.to));
  writer.key("strength").number(stats.strength);
  writer.key("completion").beginObject();
  writeDoneOf(writer, stats.all);
  writer.endObject().key("byWeekday").beginArray();
  for (std::size_t day = 0; day < stats.weekdays.size(); ++day) {
    writer.beginObject().field("weekday", calendar::kWeekdayNames.at(day));
    writeDoneOf(writer, stats.weekdays.at(day));
    writer.endObject();
  }
  writer.endArray().key("byHour").beginArray();
  for (const std::int64_t count : stats.hours) writer.integer(count);
  writer.endArray().key("byMonth").beginArray();
  for (const auto& [month, of] : stats.months) {
    writer.beginObject().field("month", month);
    writeDoneOf(writer, of);
    writer.endObject();
  }
  writer.endArray().key("trend").beginObject().key("recentRate").number(stats.recent.rate());
  writer.key("previousRate").number(stats.before.rate());
  writer.key("change").number(stats.recent.rate() - stats.before.rate());
  writer.endObject().key("strengthSeries").beginArray();
  for (const auto& [date, value] : stats.strengths) {
    writer.beginObject().field("date", dateText(date)).key("strength").number(value).endObject();
  }
  writer.endArray().key("heatMap").beginArray();
  for (const HeatDate& date : stats.heatMap) {
    writer.beginObject().field("date", dateText(date.date));
    writer.field("status", kHeat.at(static_cast<std::size_t>(date.status)));
    writer.key("value").number(date.value).endObject();
  }
  writer.endArray().endObject();
}

}  // namespace sw::habits
