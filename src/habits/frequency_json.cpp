#include "habits/frequency_json.h"

#include <algorithm>
#include <array>

#include "base/time_format.h"
#include "calendar/recurrence_rule_text.h"
#include "habits/habit_calendar.h"
#include "habits/habit_changes.h"

namespace sw::habits {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;
using base::json::Writer;
using calendar::kWeekdayNames;
using std::chrono::minutes;
using Kind = Frequency::Kind;
using Period = Frequency::Period;

constexpr std::array<std::string_view, 4> kPeriods = {"day", "week", "month", "days"};
constexpr std::array<std::string_view, 4> kChannels = {"in_app", "email", "push", "webhook"};
constexpr std::int64_t kMaxPeriodDays = 366;
constexpr double kMaxAmount = 1e9;
constexpr std::size_t kMaxUnit = 64;
constexpr std::size_t kMaxNote = 1024;
constexpr std::int64_t kMaxNotice = 7 * 24 * 60;
constexpr std::size_t kMaxNotices = 10;

std::optional<std::size_t> weekdayNamed(std::string_view text) {
  const auto found = std::ranges::find(kWeekdayNames, text);
  if (found == kWeekdayNames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kWeekdayNames.begin());
}

void readWeekdays(ObjectReader& reader, Frequency& frequency) {
  const Value list = reader.value("days", Value::Type::kArray);
  if (list.isMissing()) return;
  frequency.kind = Kind::kWeekly;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto day = weekdayNamed(list.at(i).asString().value_or(""));
    if (!day) {
      reader.problem("days", "must hold weekdays: MO, TU, WE, TH, FR, SA or SU");
      return;
    }
    frequency.weekdays = static_cast<std::uint8_t>(frequency.weekdays | (1U << *day));
  }
}

void readMonthDays(ObjectReader& reader, Frequency& frequency) {
  const Value list = reader.value("monthDays", Value::Type::kArray);
  if (list.isMissing()) return;
  frequency.kind = Kind::kMonthly;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto day = list.at(i).asInteger();
    if (!day || *day < 1 || *day > 31) {
      reader.problem("monthDays", "must hold days of the month from 1 to 31");
      return;
    }
    frequency.monthDays.push_back(static_cast<std::uint8_t>(*day));
  }
  std::ranges::sort(frequency.monthDays);
  const auto repeats = std::ranges::unique(frequency.monthDays);
  frequency.monthDays.erase(repeats.begin(), repeats.end());
}

void readTimesOfPeriod(ObjectReader& reader, Frequency& frequency, bool periodGiven) {
  frequency.kind = Kind::kTimes;
  frequency.times = static_cast<int>(reader.integer("times", 1, kMaxPeriodDays).value_or(1));
  if (!periodGiven) return;
  const auto period =
      reader.choice("period", {"day", "week", "month", "days"}, ObjectReader::kRequired);
  frequency.period = static_cast<Period>(period.value_or(1));
  if (frequency.period == Period::kDays) {
    frequency.days = static_cast<int>(
        reader.integer("everyDays", 2, kMaxPeriodDays, ObjectReader::kRequired).value_or(2));
  }
}

std::string canonicalRule(const std::string& text) {
  const auto rule = calendar::parseRule(text);
  return rule.ok() ? calendar::formatRule(*rule) : text;
}

Frequency readObject(ObjectReader& reader) {
  Frequency frequency;
  const auto type = reader.choice("type", {"daily", "weekly", "monthly", "times", "rrule"},
                                  ObjectReader::kRequired);
  if (const auto start = reader.text("weekStart", 2)) {
    const auto day = weekdayNamed(*start);
    if (!day) reader.problem("weekStart", "must be MO, TU, WE, TH, FR, SA or SU");
    frequency.weekStart = static_cast<calendar::Weekday>(day.value_or(0));
  }
  switch (type.value_or(0)) {
    case 1:
      frequency.period = Period::kWeek;
      readWeekdays(reader, frequency);
      if (frequency.kind != Kind::kWeekly) readTimesOfPeriod(reader, frequency, false);
      break;
    case 2:
      frequency.period = Period::kMonth;
      readMonthDays(reader, frequency);
      if (frequency.kind != Kind::kMonthly) readTimesOfPeriod(reader, frequency, false);
      break;
    case 3: readTimesOfPeriod(reader, frequency, true); break;
    case 4:
      frequency.kind = Kind::kRule;
      frequency.rule = canonicalRule(
          reader.text("rrule", calendar::kMaxRuleText, ObjectReader::kRequired).value_or(""));
      break;
    default: break;
  }
  reader.ignore({"days", "monthDays", "times", "period", "everyDays", "rrule"});
  reader.finish();
  return frequency;
}

Frequency fromShortForm(std::string_view text) {
  Frequency frequency;
  if (text == "daily") return frequency;
  frequency.kind = Kind::kTimes;
  if (text == "weekly") return frequency;
  frequency.period = Period::kMonth;
  if (text == "monthly") return frequency;
  frequency = {};
  frequency.kind = Kind::kRule;
  if (text.starts_with("RRULE:")) text.remove_prefix(6);
  frequency.rule = canonicalRule(std::string(text));
  return frequency;
}

/// One form for what means the same: every weekday, and every date of a week, is daily.
void simplify(Frequency& frequency) {
  const bool wholeWeek = frequency.kind == Kind::kWeekly && frequency.weekdays == 0x7f;
  const bool oneADay =
      frequency.kind == Kind::kTimes && frequency.period == Period::kDay && frequency.times == 1;
  if (wholeWeek || oneADay) frequency = {};
}

}  // namespace

std::optional<Frequency> readFrequency(Value value, const std::string& path, Problems& problems) {
  Frequency frequency;
  if (const auto text = value.asString()) {
    frequency = fromShortForm(*text);
  } else {
    ObjectReader reader(value, path, problems);
    if (!value.isObject()) return std::nullopt;
    frequency = readObject(reader);
  }
  if (std::string problem = problemOf(frequency); !problem.empty()) {
    problems.add(path, std::move(problem));
    return std::nullopt;
  }
  simplify(frequency);
  return frequency;
}

void writeFrequency(Writer& writer, const Frequency& frequency) {
  writer.beginObject();
  const std::string_view weekStart =
      kWeekdayNames.at(static_cast<std::size_t>(frequency.weekStart));
  switch (frequency.kind) {
    case Kind::kDaily: writer.field("type", "daily"); break;
    case Kind::kWeekly:
      writer.field("type", "weekly").key("days").beginArray();
      for (std::size_t day = 0; day < kWeekdayNames.size(); ++day) {
        if (((frequency.weekdays >> day) & 1U) != 0) writer.string(kWeekdayNames.at(day));
      }
      writer.endArray().field("weekStart", weekStart);
      break;
    case Kind::kMonthly:
      writer.field("type", "monthly").key("monthDays").beginArray();
      for (const std::uint8_t day : frequency.monthDays) writer.integer(day);
      writer.endArray();
      break;
    case Kind::kTimes:
      writer.field("type", "times").field("times", std::int64_t{frequency.times});
      writer.field("period", kPeriods.at(static_cast<std::size_t>(frequency.period)));
      if (frequency.period == Period::kWeek) writer.field("weekStart", weekStart);
      if (frequency.period == Period::kDays) {
        writer.field("everyDays", std::int64_t{frequency.days});
      }
      break;
    case Kind::kRule: writer.field("type", "rrule").field("rrule", frequency.rule); break;
  }
  writer.endObject();
}

std::optional<HabitGoal> readGoal(Value value, const std::string& path, Problems& problems) {
  ObjectReader reader(value, path, problems);
  if (!value.isObject()) return std::nullopt;
  HabitGoal goal;
  const auto amount = reader.number("amount", 0, kMaxAmount, ObjectReader::kRequired);
  goal.unit = reader.text("unit", kMaxUnit).value_or("");
  reader.finish();
  if (!amount) return std::nullopt;
  if (*amount <= 0) {
    reader.problem("amount", "must be above 0");
    return std::nullopt;
  }
  goal.amount = *amount;
  return goal;
}

void writeGoal(Writer& writer, const HabitGoal& goal) {
  writer.beginObject().key("amount").number(goal.amount);
  if (!goal.unit.empty()) writer.field("unit", goal.unit);
  writer.endObject();
}

HabitPause readPause(Value value, const std::string& path, Problems& problems) {
  ObjectReader reader(value, path, problems);
  HabitPause pause;
  const auto from = readDate(reader, "from", ObjectReader::kRequired);
  pause.from = from.value_or(LocalDate{});
  pause.until = readDate(reader, "until");
  pause.note = reader.text("note", kMaxNote).value_or("");
  reader.finish();
  if (from && pause.until && *pause.until < *from) {
    reader.problem("until", "must not be before from");
  }
  return pause;
}

void writePause(Writer& writer, const HabitPause& pause) {
  writer.beginObject().field("from", dateText(pause.from));
  if (pause.until) writer.field("until", dateText(*pause.until));
  if (!pause.note.empty()) writer.field("note", pause.note);
  writer.endObject();
}

HabitReminders readReminders(Value value, const std::string& path, Problems& problems) {
  ObjectReader reader(value, path, problems);
  HabitReminders reminders;
  if (!value.isObject()) return reminders;
  reminders.enabled = reader.boolean("enabled").value_or(true);
  const Value notices = reader.value("advanceNotice", Value::Type::kArray);
  for (std::size_t i = 0; i < notices.size(); ++i) {
    const auto lead = notices.at(i).asInteger();
    if (!lead || *lead < 0 || *lead > kMaxNotice || notices.size() > kMaxNotices) {
      reader.problem("advanceNotice", "must hold at most 10 numbers of minutes from 0 to 10080");
      break;
    }
    reminders.advanceNotice.emplace_back(*lead);
  }
  std::ranges::sort(reminders.advanceNotice, std::greater<>());
  const auto repeats = std::ranges::unique(reminders.advanceNotice);
  reminders.advanceNotice.erase(repeats.begin(), repeats.end());
  const Value channels = reader.value("channels", Value::Type::kArray);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto name = channels.at(i).asString().value_or("");
    if (std::ranges::find(kChannels, name) == kChannels.end()) {
      reader.problem("channels", "must hold in_app, email, push or webhook");
      break;
    }
    const bool known = std::ranges::find(reminders.channels, name) != reminders.channels.end();
    if (!known) reminders.channels.emplace_back(name);
  }
  const Value quiet = reader.value("quietHours", Value::Type::kObject);
  if (!quiet.isMissing()) {
    reminders.quietHours = readTimes(quiet, reader.pathOf("quietHours"), problems);
  }
  reader.finish();
  return reminders;
}

void writeReminders(Writer& writer, const HabitReminders& reminders) {
  writer.beginObject().field("enabled", reminders.enabled).key("advanceNotice").beginArray();
  for (const minutes lead : reminders.advanceNotice) writer.integer(lead.count());
  writer.endArray().key("channels").beginArray();
  for (const std::string& channel : reminders.channels) writer.string(channel);
  writer.endArray();
  if (reminders.quietHours) writeTimes(writer.key("quietHours"), *reminders.quietHours);
  writer.endObject();
}

std::optional<LocalDate> readDate(ObjectReader& reader, std::string_view name,
                                  ObjectReader::Presence presence) {
  const auto text = reader.text(name, 10, presence);
  if (!text) return std::nullopt;
  const auto date = base::parseDate(*text);
  if (!date || *date < kFirstDate || *date > kLastDate) {
    reader.problem(name, "must be a date such as 2026-03-01, from 1970-01-01 on");
    return std::nullopt;
  }
  return date;
}

std::string dateText(LocalDate date) {
  std::string text;
  base::appendDate(text, date);
  return text;
}

std::optional<minutes> readTime(ObjectReader& reader, std::string_view name,
                                ObjectReader::Presence presence) {
  const auto text = reader.text(name, 5, presence);
  if (!text) return std::nullopt;
  const auto local =
      text->size() == 5 ? base::parseDateTime("2000-01-01T" + *text + ":00") : std::nullopt;
  if (!local) {
    reader.problem(name, "must be a time of day from 00:00 to 23:59, as 07:30");
    return std::nullopt;
  }
  const auto midnight = std::chrono::floor<std::chrono::days>(local->local);
  return std::chrono::duration_cast<minutes>(local->local - midnight);
}

std::string timeText(minutes time) {
  std::string out = "00:00";
  const auto total = static_cast<int>(time.count());
  out[0] = static_cast<char>('0' + total / 600);
  out[1] = static_cast<char>('0' + total / 60 % 10);
  out[3] = static_cast<char>('0' + total % 60 / 10);
  out[4] = static_cast<char>('0' + total % 10);
  return out;
}

std::optional<accounts::DayRange> readTimes(Value value, const std::string& path,
                                            Problems& problems) {
  ObjectReader reader(value, path, problems);
  if (!value.isObject()) return std::nullopt;
  const auto start = readTime(reader, "start", ObjectReader::kRequired);
  const auto end = readTime(reader, "end", ObjectReader::kRequired);
  reader.finish();
  if (!start || !end) return std::nullopt;
  if (*start == *end) {
    reader.problem("end", "must differ from start");
    return std::nullopt;
  }
  return accounts::DayRange{*start, *end};
}

void writeTimes(Writer& writer, const accounts::DayRange& range) {
  writer.beginObject().field("start", timeText(range.start)).field("end", timeText(range.end));
  writer.endObject();
}

}  // namespace sw::habits
