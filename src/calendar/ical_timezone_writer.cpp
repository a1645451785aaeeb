#include "calendar/ical_timezone_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "base/time_format.h"
#include "calendar/ical_lines.h"
#include "calendar/ical_values.h"
#include "calendar/recurrence_rule.h"
#include "calendar/recurrence_rule_text.h"

namespace sw::calendar {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr base::UtcSeconds kLast = std::chrono::sys_days(std::chrono::January / 1 / 2101);
/// Fewer years in a row are written as dates.
constexpr int kShortestRule = 3;

/// One change of offset, its time by the wall clock before it.
struct Change {
  base::LocalSeconds local;
  seconds before;
  seconds after;
};

/// Changes that come every year on the same kind of day.
struct Run {
  Change first;
  Change last;
  int firstYear;
  int lastYear;
  unsigned month;
  std::size_t weekday;  // 0 for Monday
  unsigned lowest;      // days of the month on which they fall
  unsigned highest;
  unsigned week;  // the same n-th weekday every year, else 0
  bool lastWeek;  // always the last such weekday of the month
  std::vector<base::LocalSeconds> all;
};

Run runOf(const Change& change) {
  const auto day = std::chrono::floor<days>(change.local);
  const std::chrono::year_month_day date(day);
  const std::chrono::year_month_day_last monthEnd(date.year(),
                                                  std::chrono::month_day_last(date.month()));
  const auto dayOfMonth = static_cast<unsigned>(date.day());
  return {change,
          change,
          static_cast<int>(date.year()),
          static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          std::chrono::weekday(day).iso_encoding() - 1U,
          dayOfMonth,
          dayOfMonth,
          (dayOfMonth - 1) / 7 + 1,
          dayOfMonth + 7 > static_cast<unsigned>(monthEnd.day()),
          {change.local}};
}

/// Lets `next` (a run of one) go on with `run`; false where no rule covers both.
bool extend(Run& run, const Run& next) {
  if (next.firstYear != run.lastYear + 1) return false;
  const unsigned lowest = std::min(run.lowest, next.lowest);
  const unsigned highest = std::max(run.highest, next.highest);
  const unsigned week = run.week == next.week ? run.week : 0;
  const bool lastWeek = run.lastWeek && next.lastWeek;
  if (week == 0 && !lastWeek && highest - lowest > 6) return false;
  run.last = next.first;
  run.lastYear = next.lastYear;
  run.lowest = lowest;
  run.highest = highest;
  run.week = week;
  run.lastWeek = lastWeek;
  run.all.push_back(next.first.local);
  return true;
}

std::string ruleOf(const Run& run, bool endless) {
  std::string out = "FREQ=YEARLY;BYMONTH=" + std::to_string(run.month) + ";BYDAY=";
  // Where a run does not tell the fourth from the last, the last is what laws mostly say.
  if (run.lastWeek) {
    out += "-1";
  } else if (run.week != 0) {
    out += std::to_string(run.week);
  }
  out += kWeekdayNames[run.weekday];
  if (!run.lastWeek && run.week == 0) {
    for (unsigned day = run.lowest; day <= std::min(run.lowest + 6, 31U); ++day) {
      out += (day == run.lowest ? ";BYMONTHDAY=" : ",") + std::to_string(day);
    }
  }
  if (!endless) {
    out += ";UNTIL=";
    base::appendBasicUtc(out,
                         base::UtcSeconds(run.last.local.time_since_epoch() - run.last.before));
  }
  return out;
}

void appendObservance(std::string& out, const Change& change, std::string_view rule,
                      const std::vector<base::LocalSeconds>& dates) {
  const std::string_view kind = change.after > change.before ? "DAYLIGHT" : "STANDARD";
  out.append("BEGIN:").append(kind).append("\r\nDTSTART:");
  appendBasicTime(out, Until::Kind::kLocal, change.local);
  out += "\r\nTZOFFSETFROM:" + formatUtcOffset(change.before) +
         "\r\nTZOFFSETTO:" + formatUtcOffset(change.after) + "\r\n";
  if (!rule.empty()) appendFolded(out, std::string("RRULE:").append(rule));
  for (const base::LocalSeconds date : dates) {
    if (date == change.local) continue;
    out += "RDATE:";
    appendBasicTime(out, Until::Kind::kLocal, date);
    out += "\r\n";
  }
  out.append("END:").append(kind).append("\r\n");
}

/// The changes from `from` on, the one that made the offset at `from` first.
std::vector<Change> changesOf(const base::Zone& zone, base::UtcSeconds from) {
  std::vector<Change> out;
  base::OffsetSpan span = zone.spanAt(from);
  if (span.begin <= base::kMinTime + days(2)) {
    // No change before: the offset holds since ever.
    const auto day =
        std::chrono::floor<days>(zone.toLocal(std::max(from, base::kMinTime + days(2))));
    out.push_back({day - days(1), span.offset, span.offset});
  } else {
    const seconds before = zone.spanAt(span.begin - seconds(1)).offset;
    out.push_back(
        {base::LocalSeconds(span.begin.time_since_epoch() + before), before, span.offset});
  }
  while (span.end < kLast) {
    const base::OffsetSpan next = zone.spanAt(span.end);
    out.push_back({base::LocalSeconds(next.begin.time_since_epoch() + span.offset), span.offset,
                   next.offset});
    span = next;
  }
  return out;
}

}  // namespace

void appendZoneDefinition(std::string& out, const base::Zone& zone, std::string_view name,
                          base::UtcSeconds from) {
  const bool endless = zone.spanAt(kLast).end < base::kMaxTime;
  std::vector<Run> runs;
  // By all that a rule has to keep: offsets, month, weekday and time of day.
  std::map<std::array<std::int64_t, 5>, std::size_t> open;
  for (const Change& change : changesOf(zone, from)) {
    const Run next = runOf(change);
    const auto clock = change.local - std::chrono::floor<days>(change.local);
    const std::array<std::int64_t, 5> key = {
        change.before.count(), change.after.count(), std::int64_t{next.month},
        static_cast<std::int64_t>(next.weekday), clock.count()};
    const auto it = open.find(key);
    if (it != open.end() && extend(runs[it->second], next)) continue;
    open[key] = runs.size();
    runs.push_back(next);
  }
  appendFolded(out, "BEGIN:VTIMEZONE");
  std::string id = "TZID:";
  appendEscaped(id, name);
  appendFolded(out, id);
  std::map<std::pair<seconds, seconds>, std::vector<base::LocalSeconds>> dates;
  for (const Run& run : runs) {
    if (run.lastYear - run.firstYear + 1 < kShortestRule) {
      auto& into = dates[{run.first.before, run.first.after}];
      into.insert(into.end(), run.all.begin(), run.all.end());
    } else {
      appendObservance(out, run.first, ruleOf(run, endless && run.lastYear == 2100), {});
    }
  }
  for (auto& [offsets, times] : dates) {
    std::sort(times.begin(), times.end());
    appendObservance(out, {times.front(), offsets.first, offsets.second}, {}, times);
  }
  appendFolded(out, "END:VTIMEZONE");
}

}  // namespace sw::calendar
