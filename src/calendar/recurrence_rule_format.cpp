#include <algorithm>
#include <charconv>

#include "calendar/recurrence_rule.h"
#include "calendar/recurrence_rule_text.h"

namespace sw::calendar {
namespace {

void appendNumber(std::string& out, long long value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void appendPadded(std::string& out, unsigned value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

template <class T>
void appendList(std::string& out, std::string_view name, const std::vector<T>& values) {
  if (values.empty()) return;
  out += name;
  char separator = '=';
  for (const T value : values) {
    out += separator;
    appendNumber(out, value);
    separator = ',';
  }
}

void appendDays(std::string& out, const std::vector<WeekdayNumber>& values) {
  if (values.empty()) return;
  out += ";BYDAY";
  char separator = '=';
  for (const WeekdayNumber& value : values) {
    out += separator;
    if (value.ordinal != 0) appendNumber(out, value.ordinal);
    out += kWeekdayNames[static_cast<std::size_t>(value.day)];
    separator = ',';
  }
}

template <class T>
void sortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void normalize(RecurrenceRule& rule) {
  sortUnique(rule.bySecond);
  sortUnique(rule.byMinute);
  sortUnique(rule.byHour);
  sortUnique(rule.byDay);
  sortUnique(rule.byMonthDay);
  sortUnique(rule.byYearDay);
  sortUnique(rule.byWeekNo);
  sortUnique(rule.byMonth);
  sortUnique(rule.bySetPos);
}

void appendBasicTime(std::string& out, Until::Kind kind, base::LocalSeconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  appendPadded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  appendPadded(out, static_cast<unsigned>(date.month()), 2);
  appendPadded(out, static_cast<unsigned>(date.day()), 2);
  if (kind == Until::Kind::kDate) return;
  const std::chrono::hh_mm_ss clock(time - day);
  out += 'T';
  appendPadded(out, static_cast<unsigned>(clock.hours().count()), 2);
  appendPadded(out, static_cast<unsigned>(clock.minutes().count()), 2);
  appendPadded(out, static_cast<unsigned>(clock.seconds().count()), 2);
  if (kind == Until::Kind::kUtc) out += 'Z';
}

std::string formatRule(const RecurrenceRule& rule) {
  std::string out = "FREQ=";
  out += kFrequencyNames[static_cast<std::size_t>(rule.frequency)];
  if (rule.until) {
    out += ";UNTIL=";
    appendBasicTime(out, rule.until->kind, rule.until->time);
  }
  if (rule.count) {
    out += ";COUNT=";
    appendNumber(out, *rule.count);
  }
  if (rule.interval != 1) {
    out += ";INTERVAL=";
    appendNumber(out, rule.interval);
  }
  appendList(out, ";BYSECOND", rule.bySecond);
  appendList(out, ";BYMINUTE", rule.byMinute);
  appendList(out, ";BYHOUR", rule.byHour);
  appendDays(out, rule.byDay);
  appendList(out, ";BYMONTHDAY", rule.byMonthDay);
  appendList(out, ";BYYEARDAY", rule.byYearDay);
  appendList(out, ";BYWEEKNO", rule.byWeekNo);
  appendList(out, ";BYMONTH", rule.byMonth);
  appendList(out, ";BYSETPOS", rule.bySetPos);
  if (rule.weekStart != Weekday::kMonday) {
    out += ";WKST=";
    out += kWeekdayNames[static_cast<std::size_t>(rule.weekStart)];
  }
  return out;
}

}  // namespace sw::calendar
