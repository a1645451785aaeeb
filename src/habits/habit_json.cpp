#include "habits/habit_json.h"

#include <algorithm>

#include "base/zone.h"
#include "habits/frequency_json.h"

namespace sw::habits {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;
using base::json::Writer;
using std::chrono::minutes;

constexpr std::size_t kMaxName = 1024;
constexpr std::size_t kMaxDescription = 8192;
constexpr std::size_t kMaxShort = 64;
constexpr std::size_t kMaxPauses = 1000;
constexpr std::int64_t kDayMinutes = 24 * 60;

bool isColor(std::string_view text) {
  return text.size() == 7 && text.front() == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

void readPauses(ObjectReader& reader, HabitContent& content) {
  const Value list = reader.value("pauses", Value::Type::kArray);
  if (list.size() > kMaxPauses) {
    reader.problem("pauses", "must hold at most 1000 pauses");
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = reader.pathOf("pauses") + "[" + std::to_string(i) + "]";
    content.pauses.push_back(readPause(list.at(i), path, reader.problems()));
  }
  std::ranges::sort(content.pauses, {}, &HabitPause::from);
  for (std::size_t i = 1; i < content.pauses.size(); ++i) {
    const HabitPause& before = content.pauses[i - 1];
    if (!before.until || *before.until >= content.pauses[i].from) {
      reader.problem("pauses", "must not overlap");
      return;
    }
  }
}

/// The members that are the same in requests and in the store.
void readCommon(ObjectReader& reader, HabitContent& content) {
  content.name = reader.text("name", kMaxName, ObjectReader::kRequired).value_or("");
  content.description = reader.text("description", kMaxDescription).value_or("");
  content.category = reader.text("category", kMaxShort).value_or("");
  content.color = reader.text("color", kMaxShort).value_or("");
  if (!content.color.empty() && !isColor(content.color)) {
    reader.problem("color", "must be a colour such as #1a73e8");
  }
  content.timeZone = reader.text("timeZone", kMaxShort);
  if (content.timeZone && !base::Zone::find(*content.timeZone).ok()) {
    reader.problem("timeZone", "must be a name of the tz database such as Europe/Berlin");
  }
  content.targetTime = readTime(reader, "targetTime");
  if (const auto length = reader.integer("duration", 1, kDayMinutes)) {
    content.duration = minutes(*length);
  }
  const Value window = reader.value("flexibleWindow", Value::Type::kObject);
  if (!window.isMissing()) {
    content.flexibleWindow = readTimes(window, reader.pathOf("flexibleWindow"), reader.problems());
  }
  const Value reminders = reader.value("reminders", Value::Type::kObject);
  if (!reminders.isMissing()) {
    content.reminders = readReminders(reminders, reader.pathOf("reminders"), reader.problems());
  }
  readPauses(reader, content);
  content.archived = reader.boolean("archived").value_or(false);
}

void writeCommon(Writer& writer, const HabitContent& content) {
  writer.field("name", content.name);
  if (!content.description.empty()) writer.field("description", content.description);
  if (!content.category.empty()) writer.field("category", content.category);
  if (!content.color.empty()) writer.field("color", content.color);
  if (content.timeZone) writer.field("timeZone", *content.timeZone);
  if (content.targetTime) writer.field("targetTime", timeText(*content.targetTime));
  if (content.duration) writer.field("duration", std::int64_t{content.duration->count()});
  if (content.flexibleWindow) writeTimes(writer.key("flexibleWindow"), *content.flexibleWindow);
  if (content.reminders != HabitReminders{}) {
    writeReminders(writer.key("reminders"), content.reminders);
  }
  if (!content.pauses.empty()) {
    writer.key("pauses").beginArray();
    for (const HabitPause& pause : content.pauses) writePause(writer, pause);
    writer.endArray();
  }
  if (content.archived) writer.field("archived", true);
}

HabitVersion readVersion(Value value, Problems& problems) {
  HabitVersion version;
  ObjectReader reader(value, "versions", problems);
  version.from = readDate(reader, "from", ObjectReader::kRequired).value_or(LocalDate{});
  version.anchor = readDate(reader, "anchor").value_or(version.from);
  const Value frequency = reader.value("frequency", ObjectReader::kRequired);
  if (const auto known = readFrequency(frequency, "frequency", problems)) {
    version.frequency = *known;
  }
  const Value goal = reader.value("goal");
  if (!goal.isMissing()) version.goal = readGoal(goal, "goal", problems);
  reader.finish();
  return version;
}

}  // namespace

HabitInput readHabitInput(Value body, Problems& problems) {
  HabitInput input;
  ObjectReader reader(body, "", problems);
  readCommon(reader, input.content);
  const Value frequency = reader.value("frequency");
  if (!frequency.isMissing()) {
    input.frequency = readFrequency(frequency, "frequency", problems).value_or(Frequency());
  }
  const Value goal = reader.value("goal", Value::Type::kObject);
  if (!goal.isMissing()) input.goal = readGoal(goal, "goal", problems);
  const bool severalADay = input.frequency.kind == Frequency::Kind::kTimes &&
                           input.frequency.period == Frequency::Period::kDay;
  if (input.goal && severalADay) {
    reader.problem("goal", "must not be set for a habit of several times a day");
  }
  input.startDate = readDate(reader, "startDate");
  reader.ignore({"id", "etag", "progress", "history", "created", "updated"});
  reader.finish();
  return input;
}

void writeHabitContent(Writer& writer, const HabitContent& content) {
  writeCommon(writer, content);
  const HabitVersion& now = content.versions.back();
  writeFrequency(writer.key("frequency"), now.frequency);
  if (now.goal) writeGoal(writer.key("goal"), *now.goal);
  writer.field("startDate", dateText(content.versions.front().from));
}

std::string toContentJson(const HabitContent& content) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeHabitContent(writer, content);
  writer.endObject();
  return out;
}

std::string encodeContent(const HabitContent& content) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeCommon(writer, content);
  writer.key("versions").beginArray();
  for (const HabitVersion& version : content.versions) {
    writer.beginObject().field("from", dateText(version.from));
    if (version.anchor != version.from) writer.field("anchor", dateText(version.anchor));
    writeFrequency(writer.key("frequency"), version.frequency);
    if (version.goal) writeGoal(writer.key("goal"), *version.goal);
    writer.endObject();
  }
  writer.endArray().endObject();
  return out;
}

base::Result<HabitContent> decodeContent(std::string_view text) {
  const auto corrupted = [] {
    return base::Error(base::Code::kCorrupted, "a stored habit cannot be read");
  };
  const auto document = base::json::Document::parse(text);
  if (!document.ok()) return corrupted();
  Problems problems;
  HabitContent content;
  ObjectReader reader(document->root(), "", problems);
  readCommon(reader, content);
  const Value versions = reader.value("versions", Value::Type::kArray, ObjectReader::kRequired);
  for (std::size_t i = 0; i < versions.size(); ++i) {
    content.versions.push_back(readVersion(versions.at(i), problems));
  }
  reader.finish();
  if (!problems.empty() || content.versions.empty()) return corrupted();
  return content;
}

}  // namespace sw::habits
