#include "base/time_format.h"

#include <array>
#include <cstdint>

namespace sw::base {
namespace {

using std::chrono::seconds;

/// Reads fixed-width numbers and separators from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int& out) {
    if (rest_.size() < digits) return false;
    out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = rest_[i];
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool takeEither(char a, char b) { return take(a) || take(b); }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool scanDate(Scanner& in, std::string_view separator, std::chrono::local_days& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  const auto skip = [&] { return separator.empty() || in.take(separator.front()); };
  if (!in.number(4, year) || !skip() || !in.number(2, month) || !skip() || !in.number(2, day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return false;
  out = std::chrono::local_days(date);
  return true;
}

bool scanClock(Scanner& in, std::string_view separator, seconds& out) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  const auto skip = [&] { return separator.empty() || in.take(separator.front()); };
  if (!in.number(2, hour) || !skip() || !in.number(2, minute) || !skip() || !in.number(2, second)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  out = seconds(hour * 3600 + minute * 60 + second);
  return true;
}

bool scanFraction(Scanner& in, std::chrono::microseconds& out) {
  std::int64_t micros = 0;
  std::int64_t scale = 100000;
  int digits = 0;
  for (int digit = 0; in.number(1, digit); ++digits) {
    micros += digit * scale;
    scale /= 10;
  }
  out = std::chrono::microseconds(micros);
  return digits > 0;
}

bool scanOffset(Scanner& in, std::optional<seconds>& out) {
  if (in.done()) return true;
  if (in.takeEither('Z', 'z')) {
    out = seconds(0);
    return true;
  }
  const bool east = in.take('+');
  if (!east && !in.take('-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!in.number(2, hours) || !in.take(':') || !in.number(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  const seconds size(hours * 3600 + minutes * 60);
  out = east ? size : -size;
  return true;
}

char* put(char* at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return at + digits;
}

char* putDate(char* at, std::chrono::local_days days, bool basic) {
  const std::chrono::year_month_day date(days);
  at = put(at, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  if (!basic) *at++ = '-';
  at = put(at, static_cast<unsigned>(date.month()), 2);
  if (!basic) *at++ = '-';
  return put(at, static_cast<unsigned>(date.day()), 2);
}

char* putClock(char* at, seconds ofDay, bool basic) {
  const auto total = static_cast<unsigned>(ofDay.count());
  at = put(at, total / 3600, 2);
  if (!basic) *at++ = ':';
  at = put(at, total / 60 % 60, 2);
  if (!basic) *at++ = ':';
  return put(at, total % 60, 2);
}

char* putLocal(char* at, LocalSeconds local, bool basic) {
  const auto days = std::chrono::floor<std::chrono::days>(local);
  at = putDate(at, days, basic);
  *at++ = 'T';
  return putClock(at, local - days, basic);
}

using Text = std::array<char, 40>;

}  // namespace

std::optional<ParsedDateTime> parseDateTime(std::string_view text) {
  Scanner in(text);
  std::chrono::local_days date;
  seconds clock;
  ParsedDateTime out{};
  if (!scanDate(in, "-", date) || !in.takeEither('T', 't') || !scanClock(in, ":", clock)) {
    return std::nullopt;
  }
  out.local = date + clock;
  if (in.take('.') && !scanFraction(in, out.fraction)) return std::nullopt;
  if (!scanOffset(in, out.offset) || !in.done()) return std::nullopt;
  return out;
}

std::optional<std::chrono::local_days> parseDate(std::string_view text) {
  Scanner in(text);
  std::chrono::local_days date;
  if (!scanDate(in, "-", date) || !in.done()) return std::nullopt;
  return date;
}

void appendInstant(std::string& out, Instant instant) {
  const auto whole = std::chrono::floor<seconds>(instant);
  Text text;
  char* end = putLocal(text.data(), LocalSeconds(whole.time_since_epoch()), false);
  const auto micros = static_cast<unsigned>((instant - whole).count());
  if (micros != 0) {
    *end++ = '.';
    end = put(end, micros, 6);
  }
  *end++ = 'Z';
  out.append(text.data(), end);
}

std::string formatInstant(Instant instant) {
  std::string out;
  appendInstant(out, instant);
  return out;
}

void appendDateTime(std::string& out, LocalSeconds local, seconds offset) {
  Text text;
  char* end = putLocal(text.data(), local, false);
  if (offset == seconds(0)) {
    *end++ = 'Z';
  } else {
    *end++ = offset < seconds(0) ? '-' : '+';
    const auto size = static_cast<unsigned>(std::chrono::abs(offset).count());
    end = put(end, size / 3600, 2);
    *end++ = ':';
    end = put(end, size / 60 % 60, 2);
  }
  out.append(text.data(), end);
}

void appendLocal(std::string& out, LocalSeconds local) {
  Text text;
  out.append(text.data(), putLocal(text.data(), local, false));
}

void appendDate(std::string& out, std::chrono::local_days date) {
  Text text;
  out.append(text.data(), putDate(text.data(), date, false));
}

void appendBasicUtc(std::string& out, UtcSeconds instant) {
  Text text;
  char* end = putLocal(text.data(), LocalSeconds(instant.time_since_epoch()), true);
  *end++ = 'Z';
  out.append(text.data(), end);
}

std::optional<UtcSeconds> parseBasicUtc(std::string_view text) {
  Scanner in(text);
  std::chrono::local_days date;
  seconds clock;
  if (!scanDate(in, "", date) || !in.take('T') || !scanClock(in, "", clock) || !in.take('Z') ||
      !in.done()) {
    return std::nullopt;
  }
  return UtcSeconds((date + clock).time_since_epoch());
}

}  // namespace sw::base
