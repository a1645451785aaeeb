#include "base/time_format.h"
#include "goals/goal_json.h"

// What the store keeps in one text. Days and instants are numbers here (days, and microseconds,
// since 1970): nobody but this file reads them.

namespace sw::goals {
namespace {

using base::json::Value;
using base::json::Writer;
using std::chrono::local_days;

std::int64_t number(local_days day) { return day.time_since_epoch().count(); }
local_days toDay(std::int64_t count) { return local_days(std::chrono::days(count)); }

std::string textOf(Value value) { return std::string(value.asString().value_or("")); }
base::Uuid idOf(Value value) {
  return base::Uuid::parse(value.asString().value_or("")).value_or(base::Uuid{});
}

KeyResult toKeyResult(Value value) {
  KeyResult part;
  part.id = idOf(value.find("id"));
  part.title = textOf(value.find("title"));
  part.start = value.find("start").asNumber().value_or(0);
  part.target = value.find("target").asNumber().value_or(1);
  part.current = value.find("current").asNumber().value_or(0);
  part.unit = textOf(value.find("unit"));
  part.weight = value.find("weight").asNumber().value_or(1);
  return part;
}

Milestone toMilestone(Value value) {
  Milestone part;
  part.id = idOf(value.find("id"));
  part.title = textOf(value.find("title"));
  part.weight = value.find("weight").asNumber().value_or(1);
  if (const auto day = value.find("day").asInteger()) part.targetDate = toDay(*day);
  if (const auto at = value.find("done").asInteger()) {
    part.completedAt = base::Instant(std::chrono::microseconds(*at));
  }
  return part;
}

template <class Part, class Map>
void readAll(Value list, std::vector<Part>& out, Map map) {
  for (std::size_t i = 0; i < list.size(); ++i) out.push_back(map(list.at(i)));
}

void writeParts(Writer& writer, const GoalContent& goal) {
  writer.key("keyResults").beginArray();
  for (const KeyResult& part : goal.keyResults) {
    writer.beginObject()
        .field("id", part.id.toString())
        .field("title", part.title)
        .field("unit", part.unit);
    writer.key("start").number(part.start).key("target").number(part.target);
    writer.key("current").number(part.current).key("weight").number(part.weight).endObject();
  }
  writer.endArray().key("milestones").beginArray();
  for (const Milestone& part : goal.milestones) {
    writer.beginObject().field("id", part.id.toString()).field("title", part.title);
    writer.key("weight").number(part.weight);
    if (part.targetDate) writer.field("day", number(*part.targetDate));
    if (part.completedAt) {
      writer.field("done", std::int64_t{part.completedAt->time_since_epoch().count()});
    }
    writer.endObject();
  }
  writer.endArray();
}

}  // namespace

std::string toDocument(const Goal& goal) {
  const GoalContent& content = goal.content;
  std::string out;
  Writer writer(out);
  writer.beginObject().field("description", content.description);
  if (content.measuredBy) {
    writer.field("measuredBy", static_cast<std::int64_t>(*content.measuredBy));
  }
  if (content.metric) {
    writer.key("metric").beginObject().key("start").number(content.metric->start);
    if (content.metric->target) writer.key("target").number(*content.metric->target);
    writer.field("unit", content.metric->unit).endObject();
  }
  writeParts(writer, content);
  writer.key("habits").beginArray();
  for (const HabitLink& link : content.linkedHabits) {
    writer.beginObject()
        .field("id", link.habitId.toString())
        .field("amount", link.measure == HabitMeasure::kAmount)
        .key("factor")
        .number(link.factor)
        .endObject();
  }
  writer.endArray().key("linkedTasks").beginArray();
  for (const base::Uuid& id : content.linkedTasks) writer.string(id.toString());
  writer.endArray().endObject();
  return out;
}

base::Result<void> readDocument(std::string_view document, Goal& goal) {
  const auto parsed = base::json::Document::parse(document);
  if (!parsed.ok() || !parsed->root().isObject()) {
    return base::Error(base::Code::kCorrupted, "the stored goal cannot be read");
  }
  const Value root = parsed->root();
  GoalContent& content = goal.content;
  content.description = textOf(root.find("description"));
  if (const auto measure = root.find("measuredBy").asInteger()) {
    content.measuredBy = static_cast<MeasuredBy>(*measure);
  }
  if (const Value metric = root.find("metric"); metric.isObject()) {
    content.metric = Metric{metric.find("start").asNumber().value_or(0),
                            metric.find("target").asNumber(), textOf(metric.find("unit"))};
  }
  readAll(root.find("keyResults"), content.keyResults, toKeyResult);
  readAll(root.find("milestones"), content.milestones, toMilestone);
  readAll(root.find("linkedTasks"), content.linkedTasks, idOf);
  readAll(root.find("habits"), content.linkedHabits, [](Value value) {
    return HabitLink{idOf(value.find("id")),
                     value.find("amount").asBool().value_or(false) ? HabitMeasure::kAmount
                                                                   : HabitMeasure::kCompletions,
                     value.find("factor").asNumber().value_or(1)};
  });
  return {};
}

}  // namespace sw::goals
