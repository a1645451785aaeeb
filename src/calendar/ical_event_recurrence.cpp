#include <algorithm>

#include "calendar/ical_event_reader.h"
#include "calendar/ical_legacy.h"
#include "calendar/ical_values.h"
#include "calendar/recurrence_lines.h"
#include "calendar/series_expansion.h"

/// How an event repeats: RRULE, EXRULE, RDATE and EXDATE (RFC 5545, section 3.8.5) of the event
/// reader, turned into lines that the strict parser takes.
namespace sw::calendar {
namespace {

std::string upperCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// The times of one line by their kind, each a list of canonical values.
struct Values {
  std::string dates;
  std::string local;
  std::string utc;
  std::string periods;

  void add(std::string& to, std::string_view value) {
    if (!to.empty()) to += ',';
    to += value;
  }
};

std::string basic(const BasicTime& time, Until::Kind kind) {
  std::string out;
  appendBasicTime(out, kind, time.time);
  return out;
}

/// "START/END" or "START/DURATION" in canonical form.
std::optional<std::string> canonicalPeriod(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto start = readTime(text.substr(0, slash));
  if (!start || start->kind == Until::Kind::kDate) return std::nullopt;
  const std::string_view rest = trimmed(text.substr(slash + 1));
  std::string out = basic(*start, start->kind) + "/";
  if (const auto duration = parseDuration(rest)) return out + formatDuration(*duration);
  const auto end = readTime(rest);
  if (!end || end->kind != start->kind || end->time < start->time) return std::nullopt;
  return out + basic(*end, end->kind);
}

}  // namespace

void EventReader::readRecurrence() {
  if (out_.recurrenceId && !out_.andFollowing && !recurrence_.empty()) {
    for (const ContentLine* line : recurrence_) keep(*line);
    note(recurrence_.front()->number,
         "a changed occurrence cannot repeat; its rules were kept as they stand, without effect");
    return;
  }
  for (const ContentLine* line : recurrence_) {
    if (line->is("RRULE") || line->is("EXRULE")) {
      readRule(*line);
    } else {
      readDates(*line);
    }
  }
  finishRecurrence();
}

void EventReader::readRule(const ContentLine& line) {
  const std::string name = upperCase(line.name);
  std::string value(trimmed(line.value));
  if (const auto modern = modernRule(value)) value = *modern;
  auto strict = parseRule(value, Strictness::kStrict);
  if (strict.ok()) {
    // In a series of a zone UNTIL is in UTC (section 3.3.10); without its Z it is that all the
    // same to the programs that write it so.
    if (strict->until && strict->until->kind == Until::Kind::kLocal &&
        !content().start.timeZone.empty()) {
      strict->until->kind = Until::Kind::kUtc;
      value = formatRule(*strict);
      note(line.number, "UNTIL of " + name + " has no zone; read as UTC");
    }
    content().recurrence.push_back(name + ":" + value);
    return;
  }
  std::vector<std::string> notes;
  const auto rule = parseRule(value, Strictness::kLenient, &notes);
  if (!rule.ok()) {
    keep(line);
    note(line.number, name + " cannot be read (" + rule.error().message() +
                          "); kept as it stands, but the event does not repeat by it");
    return;
  }
  content().recurrence.push_back(name + ":" + formatRule(*rule));
  std::string what = name + " was repaired";
  for (const std::string& each : notes) what += (&each == &notes.front() ? ": " : "; ") + each;
  note(line.number, std::move(what));
}

void EventReader::readDates(const ContentLine& line) {
  const std::string name = upperCase(line.name);
  std::string zone;
  if (const auto tzid = line.parameter("TZID"); tzid && !tzid->empty()) zone = zoneOf(*tzid, line);
  Values values;
  std::string bad;
  const std::string_view all = line.value;
  // vCalendar 1.0 parts the times by semicolons.
  for (std::size_t at = 0; at <= all.size();) {
    const std::size_t end = std::min(all.find_first_of(",;", at), all.size());
    const std::string_view item = trimmed(all.substr(at, end - at));
    at = end + 1;
    if (item.empty()) continue;
    if (item.find('/') != std::string_view::npos) {
      const auto period = canonicalPeriod(item);
      if (!period || name != "RDATE") {
        bad = item;
      } else if (content().start.allDay) {
        values.add(values.dates, period->substr(0, 8));
      } else {
        values.add(values.periods, *period);
      }
    } else if (const auto time = readTime(item)) {
      if (content().start.allDay || time->kind == Until::Kind::kDate) {
        values.add(values.dates, basic(*time, Until::Kind::kDate));
      } else if (time->kind == Until::Kind::kUtc || zone == "UTC") {
        values.add(values.utc, basic(*time, Until::Kind::kUtc));
      } else {
        values.add(values.local, basic(*time, time->kind));
      }
    } else {
      bad = item;
    }
  }
  if (!bad.empty()) {
    note(line.number,
         name + " has '" + bad.substr(0, 40) + "', which is no time; it was left aside");
  }
  const std::string inZone =
      zone.empty() || zone == "UTC" ? std::string() : ";TZID=" + encodeParameter(zone);
  const auto append = [&](const std::string& parameters, const std::string& list) {
    if (!list.empty()) content().recurrence.push_back(name + parameters + ":" + list);
  };
  append(";VALUE=DATE", values.dates);
  append(inZone, values.local);
  append("", values.utc);
  append(";VALUE=PERIOD" + inZone, values.periods);
}

/// What remains must be readable as a whole, or nothing of it can be kept as a recurrence.
void EventReader::finishRecurrence() {
  auto& lines = content().recurrence;
  if (lines.empty()) return;
  const bool excludesOnly = std::all_of(
      lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("EX"); });
  auto recurrence = recurrenceOf(content());
  if (recurrence.ok() && !excludesOnly) return addStart(*std::move(recurrence));
  for (const std::string& line : lines) unknown_.append(line).append("\n");
  lines.clear();
  note(recurrence_.front()->number,
       recurrence.ok()
           ? "exceptions without a rule were kept as they stand; the event does not repeat"
           : recurrence.error().message() + "; kept as it stands, but the event does not repeat");
}

/// A DTSTART that no rule makes is an occurrence to nearly every program, and was seen as one by
/// whoever wrote the file: it becomes a date of the series.
void EventReader::addStart(Recurrence recurrence) {
  recurrence.exclusions.clear();
  recurrence.exclusionRules.clear();
  const base::UtcSeconds first = recurrence.zone.toUtc(recurrence.start);
  if (RecurrenceSet(recurrence).contains(first)) return;
  const EventTime& start = content().start;
  std::string line = "RDATE";
  auto kind = Until::Kind::kLocal;
  if (start.allDay) {
    line += ";VALUE=DATE";
    kind = Until::Kind::kDate;
  } else if (start.timeZone == "UTC") {
    kind = Until::Kind::kUtc;
  } else if (!start.timeZone.empty()) {
    line += ";TZID=" + encodeParameter(start.timeZone);
  }
  line += ':';
  appendBasicTime(line, kind, start.local);
  content().recurrence.push_back(std::move(line));
  note(start_->number, "DTSTART is not among the days of its rule; it was added as one");
}

}  // namespace sw::calendar
