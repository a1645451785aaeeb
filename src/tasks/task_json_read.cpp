#include <algorithm>

#include "base/time_format.h"
#include "calendar/recurrence_lines.h"
#include "tasks/repetition.h"
#include "tasks/task_json.h"

namespace sw::tasks {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;

constexpr std::size_t kMaxTitle = 1024;
constexpr std::size_t kMaxNotes = 64 * 1024;
constexpr std::size_t kMaxNote = 4096;
constexpr std::size_t kMaxWord = 64;
constexpr std::size_t kMaxRule = 1024;
constexpr std::int64_t kMaxDuration = 60'000;
constexpr std::int64_t kMaxMinutes = 1440;
constexpr std::chrono::hours kMaxAhead{24};

std::string indexed(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

class Reading {
 public:
  Reading(Value body, const accounts::DayRule& rule, Problems& problems)
      : reader_(body, "", problems), rule_(rule) {}

  TaskContent run() {
    task_.title = reader_.text("title", kMaxTitle, ObjectReader::kRequired).value_or("");
    task_.notes = reader_.text("notes", kMaxNotes).value_or("");
    task_.priority = static_cast<Priority>(
        reader_.choice("priority", {"low", "medium", "high", "critical"}).value_or(1));
    task_.status = static_cast<TaskStatus>(
        reader_.choice("status", {"open", "completed", "cancelled"}).value_or(0));
    task_.deadline = readTime("deadline");
    task_.earliestStart = readTime("earliestStart");
    if (task_.deadline && task_.earliestStart &&
        beginOf(*task_.earliestStart) >= passingOf(*task_.deadline, rule_)) {
      reader_.problem("earliestStart", "must be before the deadline");
    }
    readPieces();
    task_.goalId = readId("goalId");
    readTags();
    readBlockers();
    readRecurrence();
    reader_.ignore({"id", "etag", "blocked", "openBlockers", "overdue", "completedAt", "timeSpent",
                    "seriesId", "occurrence", "nextId", "created", "updated", "revision"});
    reader_.finish();
    return std::move(task_);
  }

 private:
  [[nodiscard]] base::Instant beginOf(const TaskTime& time) const {
    if (time.isDate) {
      const auto day = std::chrono::floor<std::chrono::days>(time.local);
      return base::Instant(accounts::beginOf(day, rule_));
    }
    return passingOf(time, rule_);
  }

  std::optional<std::chrono::minutes> readMinutes(std::string_view name, std::int64_t most) {
    const auto minutes = reader_.integer(name, 1, most);
    return minutes ? std::optional(std::chrono::minutes(*minutes)) : std::nullopt;
  }

  void readPieces() {
    task_.duration = readMinutes("duration", kMaxDuration);
    task_.splittable = reader_.boolean("splittable").value_or(false);
    task_.smallestPiece = readMinutes("smallestPiece", kMaxDuration);
    if (!task_.smallestPiece) return;
    if (!task_.splittable) {
      reader_.problem("smallestPiece", "is only for a task that is splittable");
    } else if (task_.duration && *task_.smallestPiece > *task_.duration) {
      reader_.problem("smallestPiece", "must not be longer than duration");
    }
  }

  base::Uuid readId(std::string_view name) {
    const auto text = reader_.text(name, kMaxWord);
    if (!text) return {};
    const auto id = base::Uuid::parse(*text);
    if (!id) reader_.problem(name, "must be an id");
    return id.value_or(base::Uuid{});
  }

  /// {"date": …}, {"dateTime": …, "timeZone": …}, a bare date or a bare instant.
  std::optional<TaskTime> readTime(std::string_view name) {
    const Value value = reader_.value(name);
    if (value.isMissing()) return std::nullopt;
    if (const auto text = value.asString()) {
      if (const auto date = base::parseDate(*text)) {
        return TaskTime{base::LocalSeconds(*date), true, {}};
      }
      return toTime(reader_, name, *text, {});
    }
    ObjectReader parts(value, reader_.pathOf(name), reader_.problems());
    const auto date = parts.text("date", kMaxWord);
    const auto dateTime = parts.text("dateTime", kMaxWord);
    const auto zone = parts.text("timeZone", kMaxWord);
    parts.finish();
    if (date.has_value() == dateTime.has_value()) {
      if (value.isObject()) reader_.problem(name, "needs either date or dateTime");
      return std::nullopt;
    }
    if (dateTime) return toTime(parts, "dateTime", *dateTime, zone.value_or(""));
    const auto day = base::parseDate(*date);
    if (!day) {
      parts.problem("date", "must be a date such as 2026-03-01");
      return std::nullopt;
    }
    return TaskTime{base::LocalSeconds(*day), true, {}};
  }

  /// Where an offset and a zone disagree, the offset fixes the instant.
  std::optional<TaskTime> toTime(ObjectReader& reader, std::string_view name, std::string_view text,
                                 const std::string& zoneName) {
    const auto parsed = base::parseDateTime(text);
    if (!parsed) {
      reader.problem(name, "must be a time such as 2026-03-01T09:00:00+01:00");
      return std::nullopt;
    }
    base::Zone zone = rule_.zone;
    if (!zoneName.empty()) {
      const auto found = base::Zone::find(zoneName);
      if (!found.ok()) {
        reader.problem("timeZone", "must be a name of the tz database such as Europe/Berlin");
        return std::nullopt;
      }
      zone = *found;
    }
    TaskTime time;
    time.timeZone = std::string(zone.name());
    time.local = parsed->local;
    if (parsed->offset) {
      const base::UtcSeconds at(parsed->local.time_since_epoch() - *parsed->offset);
      time.local = zone.toLocal(at);
    }
    return time;
  }

  void readTags() {
    const Value tags = reader_.value("tags", Value::Type::kArray);
    if (tags.size() > kMaxTags) {
      reader_.problem("tags", "must be at most " + std::to_string(kMaxTags));
      return;
    }
    for (std::size_t i = 0; i < tags.size(); ++i) {
      const auto tag = tags.at(i).asString();
      if (!tag || tag->empty() || tag->size() > kMaxWord ||
          tag->find('\n') != std::string_view::npos) {
        reader_.problem(indexed("tags", i), "must be a text of 1 to 64 bytes in one line");
      } else if (std::ranges::find(task_.tags, *tag) == task_.tags.end()) {
        task_.tags.emplace_back(*tag);
      }
    }
  }

  void readBlockers() {
    const Value list = reader_.value("blockedBy", Value::Type::kArray);
    if (list.size() > kMaxBlockers) {
      reader_.problem("blockedBy", "must be at most " + std::to_string(kMaxBlockers));
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto text = list.at(i).asString();
      const auto id = text ? base::Uuid::parse(*text) : std::nullopt;
      if (!id) {
        reader_.problem(indexed("blockedBy", i), "must be the id of a task");
      } else if (std::ranges::find(task_.blockedBy, *id) == task_.blockedBy.end()) {
        task_.blockedBy.push_back(*id);
      }
    }
  }

  void readRecurrence() {
    const auto rule = reader_.text("recurrence", kMaxRule);
    task_.repeatFrom = static_cast<RepeatFrom>(
        reader_.choice("repeatFrom", {"deadline", "completion"}).value_or(0));
    if (!rule || rule->empty()) return;
    task_.recurrence = rule->starts_with("RRULE:") ? *rule : "RRULE:" + *rule;
    if (!task_.deadline) {
      if (!reader_.has("deadline")) {
        reader_.problem("recurrence", "needs a deadline to count from");
      }
      return;
    }
    const auto checked = checkRule(task_, rule_);
    if (!checked.ok()) reader_.problem("recurrence", checked.error().describe());
  }

  ObjectReader reader_;
  const accounts::DayRule& rule_;
  TaskContent task_;
};

}  // namespace

TaskContent readTask(Value body, const accounts::DayRule& rule, Problems& problems) {
  return Reading(body, rule, problems).run();
}

TimeEntry readTime(Value body, base::Instant now, Problems& problems) {
  ObjectReader reader(body, "", problems);
  TimeEntry entry;
  entry.duration = std::chrono::minutes(
      reader.integer("duration", 1, kMaxMinutes, ObjectReader::kRequired).value_or(1));
  entry.note = reader.text("note", kMaxNote).value_or("");
  entry.at = now - entry.duration;
  if (const auto text = reader.text("at", kMaxWord)) {
    const auto time = base::parseDateTime(*text);
    if (!time || !time->offset) {
      reader.problem("at", "must be an instant with an offset, such as 2026-03-01T09:00:00+01:00");
    } else {
      entry.at =
          base::Instant(std::chrono::sys_seconds(time->local.time_since_epoch() - *time->offset)) +
          time->fraction;
      if (entry.at > now + kMaxAhead) reader.problem("at", "must not be in the future");
    }
  }
  reader.ignore({"id", "created"});
  reader.finish();
  return entry;
}

}  // namespace sw::tasks
