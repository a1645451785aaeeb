#include "calendar/ical_values.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/time_format.h"
#include "calendar/ical_lines.h"

namespace sw::calendar {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes a time's own offset ("+0100") off its end.
std::optional<std::chrono::seconds> takeOffset(std::string& text) {
  const std::size_t t = text.find('T');
  if (t == std::string::npos) return std::nullopt;
  const std::size_t sign = text.find_first_of("+-", t);
  if (sign == std::string::npos) return std::nullopt;
  const auto offset = readUtcOffset(std::string_view(text).substr(sign));
  if (offset) text.resize(sign);
  return offset;
}

}  // namespace

std::optional<BasicTime> readTime(std::string_view text) {
  text = trimmed(text);
  if (const auto exact = parseBasicTime(text)) return exact;
  if (text.size() < 8 || text.size() > 40) return std::nullopt;
  std::string basic(text);
  for (char& c : basic) {
    if (c == 't' || c == ' ') c = 'T';
    if (c == 'z') c = 'Z';
  }
  const auto offset = takeOffset(basic);
  std::string kept;
  for (std::size_t i = 0; i < basic.size(); ++i) {
    const bool separator = (basic[i] == '-' || basic[i] == ':') && i > 0 && isDigit(basic[i - 1]);
    if (basic[i] == '.' && i > 8) {  // a fraction of a second
      while (i + 1 < basic.size() && isDigit(basic[i + 1])) ++i;
      continue;
    }
    if (!separator) kept += basic[i];
  }
  const bool utc = kept.ends_with('Z');
  if (utc) kept.pop_back();
  if (kept.ends_with('T')) kept.pop_back();
  if (kept.size() == 13) kept += "00";
  if (utc) kept += 'Z';
  auto time = parseBasicTime(kept);
  if (time && offset && time->kind == Until::Kind::kLocal) {
    time->kind = Until::Kind::kUtc;
    time->time -= *offset;
    const base::UtcSeconds instant(time->time.time_since_epoch());
    if (instant < base::kMinTime || instant > base::kMaxTime) return std::nullopt;
  }
  return time;
}

std::optional<IcalDuration> readDuration(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() < 2 || (text.front() != 'P' && text.front() != 'p')) return std::nullopt;
  text.remove_prefix(1);
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  bool time = false;
  bool any = false;
  while (!text.empty()) {
    if (text.front() == 'T' || text.front() == 't') {
      if (time) return std::nullopt;
      time = true;
      text.remove_prefix(1);
      continue;
    }
    std::int64_t value = 0;
    std::size_t count = 0;
    for (; count < text.size() && isDigit(text[count]); ++count) {
      if (count > 10) return std::nullopt;
      value = value * 10 + (text[count] - '0');
    }
    if (count == 0 || count == text.size()) return std::nullopt;
    switch (text[count]) {
      case 'W':
      case 'w': days += value * 7; break;
      case 'D':
      case 'd': days += value; break;
      case 'H':
      case 'h': seconds += value * 3600; break;
      case 'M':
      case 'm':
        if (!time) return std::nullopt;  // months are no part of a duration here
        seconds += value * 60;
        break;
      case 'S':
      case 's': seconds += value; break;
      default: return std::nullopt;
    }
    any = true;
    text.remove_prefix(count + 1);
  }
  constexpr std::int64_t kMaxDays = 36525;
  if ((!any && !time) || days > kMaxDays || seconds > kMaxDays * 86400) return std::nullopt;
  const int sign = negative ? -1 : 1;
  return IcalDuration{std::chrono::days(sign * static_cast<int>(days)),
                      std::chrono::seconds(sign * seconds)};
}

std::optional<std::chrono::seconds> readUtcOffset(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::array<int, 6> digits{};
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ':') continue;
    if (!isDigit(c) || count == 6) return std::nullopt;
    digits[count++] = c - '0';
  }
  // "+100" is an hour without its leading zero.
  if (count == 3) digits = {0, digits[0], digits[1], digits[2], 0, 0};
  if (count != 2 && count != 3 && count != 4 && count != 6) return std::nullopt;
  const int hours = digits[0] * 10 + digits[1];
  const int minutes = digits[2] * 10 + digits[3];
  const int seconds = digits[4] * 10 + digits[5];
  if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  const std::chrono::seconds total(hours * 3600 + minutes * 60 + seconds);
  return negative ? -total : total;
}

std::string formatUtcOffset(std::chrono::seconds offset) {
  const auto total = static_cast<int>(std::llabs(offset.count()));
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), total % 60 != 0 ? "%c%02d%02d%02d" : "%c%02d%02d",
                offset.count() < 0 ? '-' : '+', total / 3600, total / 60 % 60, total % 60);
  return text.data();
}

}  // namespace sw::calendar
