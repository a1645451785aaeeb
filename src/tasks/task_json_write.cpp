#include "base/time_format.h"
#include "tasks/task_json.h"

namespace sw::tasks {
namespace {

using base::json::Value;
using base::json::Writer;

void writeTime(Writer& writer, std::string_view name, const std::optional<TaskTime>& time) {
  if (!time) return;
  writer.key(name).beginObject().key(time->isDate ? "date" : "dateTime").beforeValue();
  std::string& out = writer.out();
  out += '"';
  if (time->isDate) {
    base::appendDate(out, std::chrono::floor<std::chrono::days>(time->local));
  } else {
    const auto zone = base::Zone::find(time->timeZone);
    const base::UtcSeconds at = (zone.ok() ? *zone : base::Zone::utc()).toUtc(time->local);
    base::appendDateTime(out, time->local,
                         (zone.ok() ? *zone : base::Zone::utc()).spanAt(at).offset);
  }
  out += '"';
  if (!time->isDate) writer.field("timeZone", time->timeZone);
  writer.endObject();
}

void writeContent(Writer& writer, const Task& task) {
  const TaskContent& content = task.content;
  writer.field("title", content.title)
      .field("notes", content.notes)
      .field("priority", calendar::toString(content.priority))
      .field("status", toString(content.status));
  if (content.duration) writer.field("duration", std::int64_t{content.duration->count()});
  writer.field("splittable", content.splittable);
  if (content.smallestPiece) {
    writer.field("smallestPiece", std::int64_t{content.smallestPiece->count()});
  }
  writeTime(writer, "deadline", content.deadline);
  writeTime(writer, "earliestStart", content.earliestStart);
  if (!content.goalId.isNil()) writer.field("goalId", content.goalId.toString());
  writer.key("tags").beginArray();
  for (const std::string& tag : content.tags) writer.string(tag);
  writer.endArray().key("blockedBy").beginArray();
  for (const base::Uuid& id : content.blockedBy) writer.string(id.toString());
  writer.endArray();
  if (content.recurrence.empty()) return;
  writer.field("recurrence", content.recurrence)
      .field("repeatFrom", content.repeatFrom == RepeatFrom::kDeadline ? "deadline" : "completion");
}

void storeTime(Writer& writer, std::string_view name, const std::optional<TaskTime>& time) {
  if (!time) return;
  writer.key(name)
      .beginObject()
      .field("local", std::int64_t{time->local.time_since_epoch().count()})
      .field("date", time->isDate)
      .field("zone", time->timeZone)
      .endObject();
}

bool isOverdue(const Task& task, base::Instant now) {
  return task.content.status == TaskStatus::kOpen && task.deadlineAt && *task.deadlineAt <= now;
}

std::optional<TaskTime> storedTime(Value value) {
  if (!value.isObject()) return std::nullopt;
  TaskTime time;
  time.local =
      base::LocalSeconds(std::chrono::seconds(value.find("local").asInteger().value_or(0)));
  time.isDate = value.find("date").asBool().value_or(false);
  time.timeZone = std::string(value.find("zone").asString().value_or(""));
  return time;
}

std::optional<std::chrono::minutes> storedMinutes(Value value) {
  const auto count = value.asInteger();
  return count ? std::optional(std::chrono::minutes(*count)) : std::nullopt;
}

}  // namespace

std::string toContentJson(const Task& task) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeContent(writer, task);
  writer.endObject();
  return out;
}

void appendTaskView(std::string& out, const Task& task, std::span<const base::Uuid> openBlockers,
                    base::Instant now) {
  Writer writer(out);
  const bool open = task.content.status == TaskStatus::kOpen;
  writer.beginObject()
      .field("id", task.id.toString())
      .field("etag", viewTagOf(task, openBlockers, now));
  writeContent(writer, task);
  writer.field("blocked", open && !openBlockers.empty()).key("openBlockers").beginArray();
  for (const base::Uuid& id : openBlockers) writer.string(id.toString());
  writer.endArray()
      .field("overdue", isOverdue(task, now))
      .field("timeSpent", std::int64_t{task.timeSpent.count()});
  if (task.completedAt) writer.field("completedAt", base::formatInstant(*task.completedAt));
  if (!task.seriesId.isNil()) {
    writer.field("seriesId", task.seriesId.toString()).field("occurrence", task.occurrence);
  }
  if (!task.successorId.isNil()) writer.field("nextId", task.successorId.toString());
  writer.field("created", base::formatInstant(task.created))
      .field("updated", base::formatInstant(task.updated))
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

std::string toDocument(const Task& task) {
  const TaskContent& content = task.content;
  std::string out;
  Writer writer(out);
  writer.beginObject().field("notes", content.notes);
  if (content.duration) writer.field("duration", std::int64_t{content.duration->count()});
  if (content.smallestPiece) writer.field("piece", std::int64_t{content.smallestPiece->count()});
  writer.field("splittable", content.splittable);
  storeTime(writer, "deadline", content.deadline);
  storeTime(writer, "earliest", content.earliestStart);
  writer.key("blockedBy").beginArray();
  for (const base::Uuid& id : content.blockedBy) writer.string(id.toString());
  writer.endArray()
      .field("recurrence", content.recurrence)
      .field("fromCompletion", content.repeatFrom == RepeatFrom::kCompletion)
      .endObject();
  return out;
}

base::Result<void> readDocument(std::string_view document, Task& task) {
  const auto parsed = base::json::Document::parse(document);
  if (!parsed.ok() || !parsed->root().isObject()) {
    return base::Error(base::Code::kCorrupted, "the stored task cannot be read");
  }
  const Value root = parsed->root();
  TaskContent& content = task.content;
  content.notes = std::string(root.find("notes").asString().value_or(""));
  content.duration = storedMinutes(root.find("duration"));
  content.smallestPiece = storedMinutes(root.find("piece"));
  content.splittable = root.find("splittable").asBool().value_or(false);
  content.deadline = storedTime(root.find("deadline"));
  content.earliestStart = storedTime(root.find("earliest"));
  const Value blockers = root.find("blockedBy");
  for (std::size_t i = 0; i < blockers.size(); ++i) {
    const auto id = base::Uuid::parse(blockers.at(i).asString().value_or(""));
    if (id) content.blockedBy.push_back(*id);
  }
  content.recurrence = std::string(root.find("recurrence").asString().value_or(""));
  if (root.find("fromCompletion").asBool().value_or(false)) {
    content.repeatFrom = RepeatFrom::kCompletion;
  }
  return {};
}

std::string etagOf(const Task& task) { return '"' + std::to_string(task.revision) + '"'; }

std::string viewTagOf(const Task& task, std::span<const base::Uuid> openBlockers,
                      base::Instant now) {
  const bool blocked = task.content.status == TaskStatus::kOpen && !openBlockers.empty();
  if (!blocked && !isOverdue(task, now)) return etagOf(task);
  // FNV-1a over what is beside the revision (http://www.isthe.com/chongo/tech/comp/fnv/).
  std::uint32_t sum = 2'166'136'261U;
  const auto take = [&](std::uint8_t byte) { sum = (sum ^ byte) * 16'777'619U; };
  take(isOverdue(task, now) ? 1 : 0);
  for (const base::Uuid& id : openBlockers) {
    for (const std::uint8_t byte : id.bytes) take(byte);
  }
  return '"' + std::to_string(task.revision) + '.' + std::to_string(sum) + '"';
}

base::Instant passingOf(const TaskTime& deadline, const accounts::DayRule& rule) {
  if (deadline.isDate) {
    const auto day = std::chrono::floor<std::chrono::days>(deadline.local);
    return base::Instant(accounts::endOf(day, rule));
  }
  const auto zone = base::Zone::find(deadline.timeZone);
  return base::Instant((zone.ok() ? *zone : rule.zone).toUtc(deadline.local));
}

}  // namespace sw::tasks
