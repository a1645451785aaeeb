#include <string>

#include "calendar/event_json.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {
namespace {

using base::json::Problems;

std::string_view fieldOf(const EventTime& time) { return time.allDay ? "date" : "dateTime"; }

void checkTimes(const EventContent& content, Problems& problems) {
  if (content.start.allDay != content.end.allDay) {
    return problems.add("end",
                        "must be a " + std::string(fieldOf(content.start)) + ", as start is");
  }
  if (!content.start.allDay && content.start.timeZone.empty() != content.end.timeZone.empty()) {
    return problems.add("end.floating", "must be as in start");
  }
  const auto start = instantOf(content.start, content.zoneDefinitions);
  const auto end = instantOf(content.end, content.zoneDefinitions);
  if (!start.ok() || !end.ok()) return;  // an unknown zone was noted where it was read
  if (content.start.allDay && *end <= *start) {
    problems.add("end.date", "must be after start.date (the end is exclusive)");
  } else if (*end < *start) {
    problems.add("end.dateTime", "must not be before start.dateTime");
  }
}

void checkRecurrence(const EventContent& content, Problems& problems) {
  if (content.recurrence.empty()) return;
  const auto series = SeriesExpansion::make(content, nullptr, {});
  if (!series.ok()) {
    if (series.error().details().empty()) problems.add("recurrence", series.error().message());
    for (const base::FieldProblem& problem : series.error().details()) {
      problems.add(problem.field, problem.issue);
    }
    return;
  }
  const ResolvedRecurrence resolved = series->rules().resolve();
  if (resolved.gaveUp) {
    problems.add("recurrence", "rules out so many candidates that it cannot be expanded");
  } else if (!resolved.first) {
    problems.add("recurrence", "makes no occurrence at all");
  }
}

}  // namespace

void checkEventContent(const EventContent& content, Problems& problems) {
  checkTimes(content, problems);
  if (problems.empty()) checkRecurrence(content, problems);
}

}  // namespace sw::calendar
