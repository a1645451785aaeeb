#include <cmath>

#include "base/time_format.h"
#include "goals/goal_json.h"

namespace sw::goals {
namespace {

using base::json::Writer;
using std::chrono::local_days;

void writeDay(Writer& writer, std::string_view name, local_days day) {
  writer.key(name).beginObject().key("date").beforeValue();
  writer.out() += '"';
  base::appendDate(writer.out(), day);
  writer.out() += '"';
  writer.endObject();
}

void writeMetric(Writer& writer, const Goal& goal) {
  if (!goal.content.metric) return;
  const Metric& metric = *goal.content.metric;
  writer.key("metrics").beginObject().key("completion").number(goal.value);
  if (metric.target) writer.key("target").number(*metric.target);
  writer.field("unit", metric.unit).key("startValue").number(metric.start);
  writer.endObject();
}

void writeKeyResults(Writer& writer, const GoalContent& goal) {
  writer.key("keyResults").beginArray();
  for (const KeyResult& part : goal.keyResults) {
    writer.beginObject()
        .field("id", part.id.toString())
        .field("title", part.title)
        .key("startValue")
        .number(part.start);
    writer.key("target").number(part.target).key("current").number(part.current);
    writer.field("unit", part.unit).key("weight").number(part.weight);
    writer.key("progress").number(fractionOf(part.current, part.start, part.target)).endObject();
  }
  writer.endArray();
}

void writeMilestone(Writer& writer, const Milestone& part) {
  writer.beginObject().field("id", part.id.toString()).field("title", part.title);
  if (part.targetDate) writeDay(writer, "targetDate", *part.targetDate);
  writer.key("weight").number(part.weight).field("completed", part.completedAt.has_value());
  if (part.completedAt) writer.field("completedAt", base::formatInstant(*part.completedAt));
  writer.endObject();
}

void writeLinks(Writer& writer, const GoalContent& goal) {
  writer.key("linkedHabits").beginArray();
  for (const HabitLink& link : goal.linkedHabits) {
    writer.beginObject()
        .field("habitId", link.habitId.toString())
        .field("measure", link.measure == HabitMeasure::kAmount ? "amount" : "completions")
        .key("factor")
        .number(link.factor)
        .endObject();
  }
  writer.endArray().key("linkedTasks").beginArray();
  for (const base::Uuid& id : goal.linkedTasks) writer.string(id.toString());
  writer.endArray();
}

void writeContent(Writer& writer, const Goal& goal) {
  const GoalContent& content = goal.content;
  writer.field("title", content.title)
      .field("description", content.description)
      .field("type", content.type)
      .field("priority", calendar::toString(content.priority))
      .field("status", toString(content.status));
  writeDay(writer, "startDate", content.startDate);
  if (content.targetDate) writeDay(writer, "targetDate", *content.targetDate);
  writeMetric(writer, goal);
  writer.field("measuredBy", kMeasuredByNames.at(static_cast<std::size_t>(measureOf(goal))));
  writeKeyResults(writer, content);
  writer.key("milestones").beginArray();
  for (const Milestone& part : content.milestones) writeMilestone(writer, part);
  writer.endArray().key("tags").beginArray();
  for (const std::string& tag : content.tags) writer.string(tag);
  writer.endArray();
  writeLinks(writer, content);
}

void writeOptional(Writer& writer, std::string_view name, const std::optional<double>& number) {
  if (number) writer.key(name).number(*number);
}

void writePoint(Writer& writer, const BurnUpPoint& point) {
  writer.beginObject().key("date").beforeValue();
  writer.out() += '"';
  base::appendDate(writer.out(), point.day);
  writer.out() += '"';
  writeOptional(writer, "actual", point.actual);
  writeOptional(writer, "ideal", point.ideal);
  if (point.forecast) {
    writer.key("forecast").number(point.forecast->expected);
    writer.key("forecastLow").number(point.forecast->low);
    writer.key("forecastHigh").number(point.forecast->high);
  }
  writer.endObject();
}

void writeCompletion(Writer& writer, const Completion& end) {
  writer.key("estimatedCompletion").beginObject();
  std::string day;
  base::appendDate(day, end.day);
  writer.field("date", day);
  if (end.earliest) {
    writer.key("interval").beginObject().key("level").number(kForecastLevel);
    writeDay(writer, "earliest", *end.earliest);
    if (end.latest) writeDay(writer, "latest", *end.latest);
    writer.endObject();
  }
  writer.field("method", "drift").endObject();
}

}  // namespace

std::string toContentJson(const Goal& goal) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeContent(writer, goal);
  writer.endObject();
  return out;
}

std::string toContentJson(const ProgressEntry& entry) {
  std::string out;
  appendProgressView(out, entry);
  return out;
}

void appendGoalView(std::string& out, const Goal& goal, local_days today) {
  Writer writer(out);
  const GoalContent& content = goal.content;
  writer.beginObject().field("id", goal.id.toString()).field("etag", etagOf(goal));
  writeContent(writer, goal);
  writer.key("progress").number(goal.fraction);
  writer.field("overdue", content.status == GoalStatus::kActive && content.targetDate &&
                              *content.targetDate < today);
  writer.key("tasks").beginObject().field("total", goal.tasks).field("done", goal.tasksDone);
  writer.endObject();
  if (goal.completedAt) writer.field("completedAt", base::formatInstant(*goal.completedAt));
  writer.field("created", base::formatInstant(goal.created))
      .field("updated", base::formatInstant(goal.updated))
      .endObject();
}

void appendProgressView(std::string& out, const ProgressEntry& entry) {
  Writer writer(out);
  writer.beginObject().field("id", entry.id.toString());
  if (!entry.keyResultId.isNil()) writer.field("keyResultId", entry.keyResultId.toString());
  writer.key(entry.kind == ProgressEntry::Kind::kAmount ? "amount" : "value").number(entry.number);
  writer.field("note", entry.note)
      .field("at", base::formatInstant(entry.at))
      .field("created", base::formatInstant(entry.created))
      .endObject();
}

void appendTimeView(std::string& out, const TimeEntry& entry) {
  Writer(out)
      .beginObject()
      .field("id", entry.id.toString())
      .field("duration", std::int64_t{entry.duration.count()})
      .field("note", entry.note)
      .field("at", base::formatInstant(entry.at))
      .field("created", base::formatInstant(entry.created))
      .endObject();
}

void appendAnalyticsView(std::string& out, const Goal& goal, const Analytics& analytics,
                         std::chrono::minutes timeSpent) {
  Writer writer(out);
  writer.beginObject()
      .field("goalId", goal.id.toString())
      .field("measuredBy", kMeasuredByNames.at(static_cast<std::size_t>(analytics.measuredBy)));
  writer.key("progress").number(analytics.fraction).key("value").number(analytics.value);
  writeOptional(writer, "target", analytics.target);
  writer.field("unit", goal.content.metric ? goal.content.metric->unit : std::string());
  writeOptional(writer, "remaining", analytics.remaining);
  writer.key("velocity").beginObject();
  writer.key("perDay").number(analytics.pace ? analytics.pace->perDay : 0);
  writer.key("deviation").number(analytics.pace ? analytics.pace->deviation : 0);
  writer.field("days", static_cast<std::int64_t>(analytics.pace ? analytics.pace->days : 0));
  writer.field("method", "drift").endObject();
  writeOptional(writer, "requiredPerDay", analytics.requiredPerDay);
  if (analytics.completion) writeCompletion(writer, *analytics.completion);
  writer.field("verdict", kVerdictNames.at(static_cast<std::size_t>(analytics.verdict)))
      .field("explanation", analytics.explanation)
      .field("timeSpent", std::int64_t{timeSpent.count()});
  writer.key("series").beginArray();
  for (const BurnUpPoint& point : analytics.series) writePoint(writer, point);
  writer.endArray().endObject();
}

std::string etagOf(const Goal& goal) { return '"' + std::to_string(goal.revision) + '"'; }

}  // namespace sw::goals
