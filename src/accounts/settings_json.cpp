#include "accounts/settings_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/time_format.h"
#include "base/zone.h"

namespace sw::accounts {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;
using base::json::Writer;
using std::chrono::minutes;

namespace {

constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 4> kChannels = {"in_app", "email", "push", "webhook"};
constexpr std::array<std::string_view, 3> kAutoPlan = {"off", "suggest", "auto"};
constexpr minutes kDay{24 * 60};
constexpr minutes kMaxBoundary{12 * 60};
constexpr std::int64_t kMaxBuffer = 240;
constexpr std::int64_t kMaxLockAhead = 14 * 24;
constexpr std::size_t kMaxRanges = 10;
constexpr std::size_t kMaxLeads = 5;
constexpr std::int64_t kMaxLeadMinutes = 40320;  // four weeks, as of an event's own
constexpr std::int64_t kMaxLeadDays = 90;

std::string clockText(minutes time) {
  std::string out = "00:00";
  const auto total = static_cast<int>(time.count());
  out[0] = static_cast<char>('0' + total / 600);
  out[1] = static_cast<char>('0' + total / 60 % 10);
  out[3] = static_cast<char>('0' + total % 60 / 10);
  out[4] = static_cast<char>('0' + total % 10);
  return out;
}

/// "09:30", to "24:00".
std::optional<minutes> parseClock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int minute = digit(3) * 10 + digit(4);
  const minutes time{(digit(0) * 10 + digit(1)) * 60 + minute};
  if (minute > 59 || time > kDay) return std::nullopt;
  return time;
}

std::optional<minutes> readClock(ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name, 5, ObjectReader::kRequired);
  if (!text) return std::nullopt;
  const auto time = parseClock(*text);
  if (!time) reader.problem(name, "must be a time of day from 00:00 to 24:00, as 09:30");
  return time;
}

std::optional<DayRange> readRange(Value value, std::string path, Problems& problems) {
  ObjectReader reader(value, std::move(path), problems);
  const auto start = readClock(reader, "start");
  const auto end = readClock(reader, "end");
  reader.finish();
  if (!start || !end) return std::nullopt;
  return DayRange{*start, *end};
}

std::vector<DayRange> readDay(Value list, const std::string& path, Problems& problems) {
  std::vector<DayRange> ranges;
  if (list.size() > kMaxRanges) {
    problems.add(path, "must hold at most 10 ranges");
    return ranges;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    const auto range = readRange(list.at(i), at, problems);
    if (!range) continue;
    if (range->start >= range->end) {
      problems.add(at + ".end", "must be after start");
    } else {
      ranges.push_back(*range);
    }
  }
  std::ranges::sort(ranges, {}, &DayRange::start);
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].start < ranges[i - 1].end) {
      problems.add(path, "must hold ranges that do not overlap");
      break;
    }
  }
  return ranges;
}

void readWorkingHours(ObjectReader& reader, Settings& settings) {
  const Value hours = reader.value("workingHours", Value::Type::kObject);
  if (hours.isMissing()) return;
  ObjectReader days(hours, reader.pathOf("workingHours"), reader.problems());
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    const Value list = days.value(kDays[day], Value::Type::kArray);
    settings.workingHours[day] = list.isMissing()
                                     ? std::vector<DayRange>()
                                     : readDay(list, days.pathOf(kDays[day]), reader.problems());
  }
  days.finish();
}

void readBuffers(ObjectReader& reader, Settings& settings) {
  const Value value = reader.value("buffers", Value::Type::kObject);
  if (value.isMissing()) return;
  ObjectReader buffers(value, reader.pathOf("buffers"), reader.problems());
  settings.bufferBefore = minutes(buffers.integer("before", 0, kMaxBuffer).value_or(0));
  settings.bufferAfter = minutes(buffers.integer("after", 0, kMaxBuffer).value_or(0));
  buffers.finish();
}

void readQuietHours(ObjectReader& reader, Settings& settings) {
  const Value value = reader.value("quietHours");
  if (value.isMissing()) return;
  settings.quietHours = readRange(value, reader.pathOf("quietHours"), reader.problems());
  if (settings.quietHours && settings.quietHours->start == settings.quietHours->end) {
    reader.problem("quietHours.end", "must differ from start");
  }
}

void readTimeZone(ObjectReader& reader, Settings& settings) {
  const auto zone = reader.text("timeZone", 64);
  if (!zone) return;
  if (base::Zone::find(*zone).ok()) {
    settings.timeZone = *zone;
  } else {
    reader.problem("timeZone", "must be a name of the tz database, as Europe/Berlin");
  }
}

void readTargetCalendar(ObjectReader& reader, Settings& settings) {
  const auto text = reader.text("targetCalendar", 36);
  if (!text) return;
  if (const auto id = base::Uuid::parse(*text)) {
    settings.targetCalendar = *id;
  } else {
    reader.problem("targetCalendar", "must be the id of a calendar");
  }
}

void readChannels(ObjectReader& reader, Settings& settings) {
  const Value list = reader.value("channels", Value::Type::kArray);
  if (list.isMissing()) return;
  settings.channels.clear();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto name = list.at(i).asString();
    if (!name || std::ranges::find(kChannels, *name) == kChannels.end()) {
      reader.problem("channels[" + std::to_string(i) + "]",
                     "must be one of in_app, email, push, webhook");
    } else if (std::ranges::find(settings.channels, *name) == settings.channels.end()) {
      settings.channels.emplace_back(*name);
    }
  }
}

/// A list of numbers from 0 to `most`, sorted and without repeats.
template <class Duration>
void readLeads(ObjectReader& reader, std::string_view name, std::int64_t most,
               std::vector<Duration>& out) {
  const Value list = reader.value(name, Value::Type::kArray);
  if (list.isMissing()) return;
  out.clear();
  if (list.size() > kMaxLeads) {
    reader.problem(name, "must hold at most 5 numbers");
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto number = list.at(i).asInteger();
    if (!number || *number < 0 || *number > most) {
      reader.problem(std::string(name) + "[" + std::to_string(i) + "]",
                     "must be a whole number from 0 to " + std::to_string(most));
    } else {
      out.emplace_back(*number);
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
}

void readReminderLeads(ObjectReader& reader, Settings& settings) {
  const Value value = reader.value("reminderLeads", Value::Type::kObject);
  if (value.isMissing()) return;
  ObjectReader leads(value, reader.pathOf("reminderLeads"), reader.problems());
  readLeads(leads, "events", kMaxLeadMinutes, settings.reminderLeads.events);
  readLeads(leads, "tasks", kMaxLeadMinutes, settings.reminderLeads.tasks);
  readLeads(leads, "goals", kMaxLeadDays, settings.reminderLeads.goals);
  leads.finish();
}

template <class Duration>
void appendLeads(Writer& writer, std::string_view name, const std::vector<Duration>& leads) {
  writer.key(name).beginArray();
  for (const Duration lead : leads) writer.integer(std::int64_t{lead.count()});
  writer.endArray();
}

void appendRange(Writer& writer, const DayRange& range) {
  writer.beginObject();
  writer.field("start", clockText(range.start));
  writer.field("end", clockText(range.end));
  writer.endObject();
}

void appendMembers(Writer& writer, const Settings& settings) {
  writer.field("timeZone", settings.timeZone);
  writer.field("dayBoundary", clockText(settings.dayBoundary));
  writer.key("workingHours").beginObject();
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    writer.key(kDays[day]).beginArray();
    for (const DayRange& range : settings.workingHours[day]) appendRange(writer, range);
    writer.endArray();
  }
  writer.endObject();
  writer.key("buffers").beginObject();
  writer.field("before", std::int64_t{settings.bufferBefore.count()});
  writer.field("after", std::int64_t{settings.bufferAfter.count()});
  writer.endObject();
  writer.key("quietHours");
  if (settings.quietHours) {
    appendRange(writer, *settings.quietHours);
  } else {
    writer.null();
  }
  writer.key("targetCalendar");
  if (settings.targetCalendar.isNil()) {
    writer.null();
  } else {
    writer.string(settings.targetCalendar.toString());
  }
  writer.field("autoPlan", kAutoPlan.at(static_cast<std::size_t>(settings.autoPlan)));
  writer.field("lockAhead", std::int64_t{settings.lockAhead.count()});
  writer.key("channels").beginArray();
  for (const std::string& channel : settings.channels) writer.string(channel);
  writer.endArray();
  writer.key("reminderLeads").beginObject();
  appendLeads(writer, "events", settings.reminderLeads.events);
  appendLeads(writer, "tasks", settings.reminderLeads.tasks);
  appendLeads(writer, "goals", settings.reminderLeads.goals);
  writer.endObject();
}

}  // namespace

Settings Settings::defaults(std::string timeZone) {
  Settings settings;
  settings.timeZone = std::move(timeZone);
  const DayRange nineToFive{std::chrono::hours(9), std::chrono::hours(17)};
  for (std::size_t day = 0; day < 5; ++day) settings.workingHours[day] = {nineToFive};
  return settings;
}

Settings readSettings(Value body, Problems& problems) {
  Settings settings = Settings::defaults("UTC");
  ObjectReader reader(body, "", problems);
  reader.ignore({"updated"});
  readTimeZone(reader, settings);
  if (const auto boundary = reader.text("dayBoundary", 5)) {
    const auto time = parseClock(*boundary);
    if (time && *time < kMaxBoundary) {
      settings.dayBoundary = *time;
    } else {
      reader.problem("dayBoundary", "must be a time of day from 00:00 to 11:59, as 04:00");
    }
  }
  readWorkingHours(reader, settings);
  readBuffers(reader, settings);
  readQuietHours(reader, settings);
  readTargetCalendar(reader, settings);
  if (const auto plan = reader.choice("autoPlan", {"off", "suggest", "auto"})) {
    settings.autoPlan = static_cast<AutoPlan>(*plan);
  }
  if (const auto hours = reader.integer("lockAhead", 0, kMaxLockAhead)) {
    settings.lockAhead = std::chrono::hours(*hours);
  }
  readChannels(reader, settings);
  readReminderLeads(reader, settings);
  reader.finish();
  return settings;
}

std::string toSettingsDocument(const Settings& settings) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  appendMembers(writer, settings);
  writer.endObject();
  return out;
}

base::Result<Settings> fromStored(const SettingsStore::Stored& stored) {
  const auto document = base::json::Document::parse(stored.document);
  Problems problems;
  if (!document.ok()) {
    return document.error().wrap(base::Code::kCorrupted, "stored settings are damaged");
  }
  Settings settings = readSettings(document->root(), problems);
  if (!problems.empty()) {
    return problems.toError().wrap(base::Code::kCorrupted, "stored settings are damaged");
  }
  settings.revision = stored.revision;
  settings.updated = stored.updated;
  return settings;
}

void appendSettingsView(std::string& out, const Settings& settings) {
  Writer writer(out);
  writer.beginObject();
  appendMembers(writer, settings);
  if (settings.revision > 0) writer.field("updated", base::formatInstant(settings.updated));
  writer.endObject();
}

}  // namespace sw::accounts
