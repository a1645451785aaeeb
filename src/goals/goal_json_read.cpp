#include <algorithm>
#include <cmath>
#include <set>

#include "base/time_format.h"
#include "goals/goal_json.h"

namespace sw::goals {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;
using std::chrono::local_days;

constexpr std::size_t kMaxTitle = 1024;
constexpr std::size_t kMaxDescription = 64 * 1024;
constexpr std::size_t kMaxNote = 4096;
constexpr std::size_t kMaxWord = 64;
constexpr double kMaxWeight = 1000;
constexpr std::int64_t kMaxMinutes = 1440;
constexpr std::chrono::hours kMaxAhead{24};

std::string indexed(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

bool isWord(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::optional<local_days> dayOf(std::string_view text, const accounts::DayRule& rule) {
  if (const auto date = base::parseDate(text)) return date;
  const auto time = base::parseDateTime(text);
  if (!time || !time->offset) return std::nullopt;
  return accounts::localDateOf(
      base::Instant(std::chrono::sys_seconds(time->local.time_since_epoch() - *time->offset)),
      rule);
}

/// A day: {"date": "2026-03-01"}, a bare date, or an instant, whose day in the owner's zone counts.
std::optional<local_days> readDay(ObjectReader& reader, std::string_view name,
                                  const accounts::DayRule& rule) {
  Value value = reader.value(name);
  if (value.isMissing()) return std::nullopt;
  if (value.isObject() && value.size() == 1) {
    const Value date = value.find("date");
    value = date.isMissing() ? value.find("dateTime") : date;
  }
  if (const auto text = value.asString()) {
    if (const auto day = dayOf(*text, rule)) return day;
  }
  reader.problem(name, R"(must be a day such as {"date": "2026-03-01"})");
  return std::nullopt;
}

std::optional<base::Instant> readInstant(ObjectReader& reader, std::string_view name) {
  const auto text = reader.value(name, Value::Type::kString).asString();
  if (!text) return std::nullopt;
  const auto time = base::parseDateTime(*text);
  if (!time || !time->offset) {
    reader.problem(name, "must be an instant with an offset, such as 2026-03-01T09:00:00+01:00");
    return std::nullopt;
  }
  return base::Instant(std::chrono::sys_seconds(time->local.time_since_epoch() - *time->offset)) +
         time->fraction;
}

std::optional<base::Uuid> readId(ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name, kMaxWord);
  if (!text) return std::nullopt;
  const auto id = base::Uuid::parse(*text);
  if (!id) reader.problem(name, "must be an id");
  return id;
}

double readWeight(ObjectReader& reader) {
  return reader.number("weight", 0, kMaxWeight).value_or(1);
}

std::optional<double> readNumber(ObjectReader& reader, std::string_view name) {
  return reader.number(name, -kMaxNumber, kMaxNumber);
}

/// Reads one goal's body.
class Reading {
 public:
  Reading(Value body, const Goal* before, const accounts::DayRule& rule, base::Instant now,
          Problems& problems)
      : reader_(body, "", problems), before_(before), rule_(rule), now_(now) {}

  GoalRequest run() {
    readTexts();
    readDates();
    readMetric();
    readKeyResults();
    readMilestones();
    readLinks();
    reader_.ignore({"id", "etag", "progress", "overdue", "tasks", "completedAt", "created",
                    "updated", "revision", "timeSpent"});
    reader_.finish();
    return std::move(out_);
  }

  Milestone milestone(ObjectReader& reader) {
    Milestone part;
    part.title = reader.text("title", kMaxTitle, ObjectReader::kRequired).value_or("");
    part.targetDate = readDay(reader, "targetDate", rule_);
    part.weight = readWeight(reader);
    const auto id = readId(reader, "id");
    if (const Milestone* known = id ? find(*id, &GoalContent::milestones) : nullptr) {
      part.id = known->id;
      part.completedAt = known->completedAt;
    } else if (id && before_ != nullptr) {
      reader.problem("id", "is no milestone of this goal; leave it out for a new one");
    }
    if (const auto done = reader.boolean("completed")) {
      if (!*done) part.completedAt.reset();
      if (*done && !part.completedAt) part.completedAt = now_;
    }
    reader.ignore({"completedAt"});
    reader.finish();
    return part;
  }

 private:
  template <class Part>
  const Part* find(base::Uuid id, std::vector<Part> GoalContent::* parts) const {
    if (before_ == nullptr) return nullptr;
    const auto& known = before_->content.*parts;
    const auto found = std::ranges::find(known, id, &Part::id);
    return found == known.end() ? nullptr : &*found;
  }

  void readTexts() {
    GoalContent& goal = out_.content;
    goal.title = reader_.text("title", kMaxTitle, ObjectReader::kRequired).value_or("");
    goal.description = reader_.text("description", kMaxDescription).value_or("");
    if (const auto type = reader_.text("type", kMaxWord)) {
      goal.type = *type;
      if (!isWord(*type)) {
        reader_.problem("type", "must be a word of a-z, 0-9 and '-', such as health");
      }
    }
    goal.priority = static_cast<Priority>(
        reader_.choice("priority", {"low", "medium", "high", "critical"}).value_or(1));
    goal.status = static_cast<GoalStatus>(
        reader_.choice("status", {"active", "paused", "completed", "archived"}).value_or(0));
    if (const auto measure = reader_.choice("measuredBy", {"metric", "parts", "tasks", "status"})) {
      // An answer shows what was worked out; sent back unchanged, it stays worked out.
      const auto chosen = static_cast<MeasuredBy>(*measure);
      const bool echoed =
          before_ != nullptr && !before_->content.measuredBy && measureOf(*before_) == chosen;
      if (!echoed) goal.measuredBy = chosen;
    }
    readTags();
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
      } else if (std::ranges::find(out_.content.tags, *tag) == out_.content.tags.end()) {
        out_.content.tags.emplace_back(*tag);
      }
    }
  }

  void readDates() {
    GoalContent& goal = out_.content;
    const local_days fallback =
        before_ != nullptr ? before_->content.startDate : accounts::localDateOf(now_, rule_);
    const auto start = readDay(reader_, "startDate", rule_);
    goal.targetDate = readDay(reader_, "targetDate", rule_);
    goal.startDate = start.value_or(fallback);
    if (!goal.targetDate || *goal.targetDate >= goal.startDate) return;
    // A goal may be written down after its date; what was said must not contradict itself.
    if (start) {
      reader_.problem("targetDate", "must not be before startDate");
    } else {
      goal.startDate = *goal.targetDate;
    }
  }

  void readMetric() {
    GoalContent& goal = out_.content;
    const Value value = reader_.value("metrics", Value::Type::kObject);
    if (!value.isMissing()) {
      ObjectReader reader(value, reader_.pathOf("metrics"), reader_.problems());
      Metric metric;
      metric.start = readNumber(reader, "startValue").value_or(0);
      metric.target = readNumber(reader, "target");
      metric.unit = reader.text("unit", kMaxWord).value_or("");
      if (metric.target && *metric.target == metric.start) {
        reader.problem("target", "must not be the startValue");
      }
      out_.completion = readNumber(reader, "completion");
      reader.finish();
      goal.metric = metric;
    }
    if (goal.measuredBy == MeasuredBy::kMetric && !(goal.metric && goal.metric->target)) {
      reader_.problem("measuredBy", "by its metric needs metrics.target");
    }
  }

  /// Calls `read` with a reader for each object of an array.
  template <class Read>
  void each(std::string_view name, std::size_t most, Read read) {
    const Value list = reader_.value(name, Value::Type::kArray);
    if (list.size() > most) {
      reader_.problem(name, "must be at most " + std::to_string(most));
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) read(list.at(i), indexed(name, i));
  }

  void readKeyResults() {
    each("keyResults", kMaxParts, [&](Value value, const std::string& path) {
      ObjectReader reader(value, path, reader_.problems());
      KeyResult part;
      part.title = reader.text("title", kMaxTitle, ObjectReader::kRequired).value_or("");
      part.start = readNumber(reader, "startValue").value_or(0);
      part.target = reader.number("target", -kMaxNumber, kMaxNumber, ObjectReader::kRequired)
                        .value_or(part.start + 1);
      part.unit = reader.text("unit", kMaxWord).value_or("");
      part.weight = readWeight(reader);
      if (part.target == part.start) reader.problem("target", "must not be the startValue");
      const auto id = readId(reader, "id");
      const KeyResult* known = id ? find(*id, &GoalContent::keyResults) : nullptr;
      if (known != nullptr) part.id = known->id;
      if (id && known == nullptr && before_ != nullptr) {
        reader.problem("id", "is no key result of this goal; leave it out for a new one");
      }
      part.current = known != nullptr ? known->current : part.start;
      const auto current = readNumber(reader, "current");
      if (current && *current != part.current) {
        out_.currents.push_back({out_.content.keyResults.size(), *current});
      }
      reader.ignore({"progress"});
      reader.finish();
      out_.content.keyResults.push_back(std::move(part));
    });
  }

  void readMilestones() {
    each("milestones", kMaxParts, [&](Value value, const std::string& path) {
      ObjectReader reader(value, path, reader_.problems());
      out_.content.milestones.push_back(milestone(reader));
    });
    std::set<base::Uuid> seen;
    for (std::size_t i = 0; i < out_.content.milestones.size(); ++i) {
      const base::Uuid id = out_.content.milestones[i].id;
      if (!id.isNil() && !seen.insert(id).second) {
        reader_.problem(indexed("milestones", i) + ".id", "is there twice");
      }
    }
    for (std::size_t i = 0; i < out_.content.keyResults.size(); ++i) {
      const base::Uuid id = out_.content.keyResults[i].id;
      if (!id.isNil() && !seen.insert(id).second) {
        reader_.problem(indexed("keyResults", i) + ".id", "is there twice");
      }
    }
  }

  void readLinks() {
    GoalContent& goal = out_.content;
    each("linkedHabits", kMaxLinks, [&](Value value, const std::string& path) {
      HabitLink link;
      if (const auto text = value.asString()) {
        if (const auto id = base::Uuid::parse(*text)) {
          link.habitId = *id;
        } else {
          reader_.problem(path, "must be the id of a habit");
        }
      } else {
        ObjectReader reader(value, path, reader_.problems());
        link.habitId = readId(reader, "habitId").value_or(base::Uuid{});
        if (link.habitId.isNil()) reader.problem("habitId", "must be the id of a habit");
        link.measure = static_cast<HabitMeasure>(
            reader.choice("measure", {"completions", "amount"}).value_or(0));
        link.factor = readNumber(reader, "factor").value_or(1);
        reader.finish();
      }
      const bool twice = std::ranges::find(goal.linkedHabits, link.habitId, &HabitLink::habitId) !=
                         goal.linkedHabits.end();
      if (twice && !link.habitId.isNil()) reader_.problem(path, "is linked twice");
      goal.linkedHabits.push_back(link);
    });
    each("linkedTasks", kMaxLinks, [&](Value value, const std::string& path) {
      const auto text = value.asString();
      const auto id = text ? base::Uuid::parse(*text) : std::nullopt;
      if (!id) {
        reader_.problem(path, "must be the id of a task");
      } else if (std::ranges::find(goal.linkedTasks, *id) == goal.linkedTasks.end()) {
        goal.linkedTasks.push_back(*id);
      }
    });
  }

  ObjectReader reader_;
  const Goal* before_;
  const accounts::DayRule& rule_;
  base::Instant now_;
  GoalRequest out_;
};

/// `at` of a journal or time entry.
base::Instant readAt(ObjectReader& reader, base::Instant fallback, base::Instant now) {
  const auto at = readInstant(reader, "at");
  if (at && *at > now + kMaxAhead) {
    reader.problem("at", "must not be in the future");
    return fallback;
  }
  return at.value_or(fallback);
}

}  // namespace

GoalRequest readGoal(Value body, const Goal* before, const accounts::DayRule& rule,
                     base::Instant now, Problems& problems) {
  return Reading(body, before, rule, now, problems).run();
}

Milestone readMilestone(Value body, const accounts::DayRule& rule, base::Instant now,
                        Problems& problems) {
  ObjectReader reader(body, "", problems);
  return Reading(body, nullptr, rule, now, problems).milestone(reader);
}

ProgressEntry readProgress(Value body, const Goal& goal, const ProgressEntry* before,
                           base::Instant now, Problems& problems) {
  ObjectReader reader(body, "", problems);
  ProgressEntry entry;
  if (before != nullptr) entry = *before;
  const auto value = readNumber(reader, "value");
  const auto amount = readNumber(reader, "amount");
  if (value && amount) {
    reader.problem("amount", "must not stand beside value: it is what is added");
  } else if (!value && !amount && problems.empty()) {
    reader.problem("value", "is needed: the new number; or amount, what is added to it");
  }
  entry.kind = amount ? ProgressEntry::Kind::kAmount : ProgressEntry::Kind::kValue;
  entry.number = value ? *value : amount.value_or(0);
  entry.note = reader.text("note", kMaxNote).value_or("");
  entry.at = readAt(reader, before != nullptr ? before->at : now, now);
  const auto result = readId(reader, "keyResultId");
  if (result && std::ranges::find(goal.content.keyResults, *result, &KeyResult::id) ==
                    goal.content.keyResults.end()) {
    reader.problem("keyResultId", "is no key result of this goal");
  }
  entry.keyResultId = result.value_or(base::Uuid{});
  reader.ignore({"id", "created"});
  reader.finish();
  return entry;
}

TimeEntry readTime(Value body, base::Instant now, Problems& problems) {
  ObjectReader reader(body, "", problems);
  TimeEntry entry;
  entry.duration = std::chrono::minutes(
      reader.integer("duration", 1, kMaxMinutes, ObjectReader::kRequired).value_or(1));
  entry.note = reader.text("note", kMaxNote).value_or("");
  entry.at = readAt(reader, now - entry.duration, now);
  reader.ignore({"id", "created"});
  reader.finish();
  return entry;
}

}  // namespace sw::goals
