#include <algorithm>
#include <charconv>
#include <utility>

#include "calendar/recurrence_rule.h"
#include "calendar/recurrence_rule_text.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::FieldProblem;

/// More values than this in one list are refused; the longest that makes sense has 732.
constexpr std::size_t kMaxValues = 1000;
constexpr std::size_t kMaxQuote = 40;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return text;
}

/// Input as it may stand in a message: cut, and nothing but printable ASCII.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, kMaxQuote)) out += c >= ' ' && c < 127 ? c : '?';
  if (text.size() > kMaxQuote) out += "...";
  return out += '\'';
}

/// A whole decimal number with an optional sign, of at most ten digits.
std::optional<long long> parseNumber(std::string_view text, bool isSigned) {
  bool negative = false;
  if (isSigned && !text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text.size() > 10) return std::nullopt;
  long long value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

template <class Names>
std::optional<std::size_t> findName(const Names& names, std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// Reads one rule; collects problems rather than stopping at the first.
class Parser {
 public:
  Parser(Strictness strictness, std::vector<std::string>* notes)
      : lenient_(strictness == Strictness::kLenient), notes_(notes) {}

  base::Result<RecurrenceRule> parse(std::string_view input);

 private:
  struct Seen {
    std::string name;
    std::string value;
  };

  void readPart(std::string_view part);
  void dispatch(const std::string& name, std::string_view value);
  void readFrequency(std::string_view value);
  void readUntil(std::string_view value);
  void readDays(std::string_view value);
  void readWeekStart(std::string_view value);
  std::optional<std::uint32_t> readPositive(std::string_view name, std::string_view value,
                                            std::uint32_t highest);
  template <class T>
  void readList(const std::string& name, std::string_view value, int lowest, int highest,
                std::vector<T>& out);
  template <class Each>
  void forEachValue(const std::string& name, std::string_view value, Each each);

  void problem(std::string_view part, std::string issue) {
    problems_.push_back({std::string(part), std::move(issue)});
  }
  void note(std::string text) {
    if (notes_ != nullptr) notes_->push_back(std::move(text));
  }

  bool lenient_;
  std::vector<std::string>* notes_;
  RecurrenceRule rule_;
  std::vector<Seen> seen_;
  std::vector<FieldProblem> problems_;
};

base::Result<RecurrenceRule> Parser::parse(std::string_view input) {
  if (input.size() > kMaxRuleText) {
    return Error(Code::kInvalid, "a recurrence rule has at most " + std::to_string(kMaxRuleText) +
                                     " characters, this one has " + std::to_string(input.size()));
  }
  std::string text(input);
  std::transform(text.begin(), text.end(), text.begin(), upper);
  std::string_view rest = text;
  if (lenient_) {
    rest = trimmed(rest);
    if (rest.starts_with("RRULE:") || rest.starts_with("EXRULE:")) {
      note("removed the property name in front of the rule");
      rest.remove_prefix(rest.find(':') + 1);
    }
  }
  while (true) {
    const std::size_t end = rest.find(';');
    readPart(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  const bool hasFrequency =
      std::any_of(seen_.begin(), seen_.end(), [](const Seen& s) { return s.name == "FREQ"; });
  if (!hasFrequency) problem("FREQ", "is missing: a rule says how often it repeats");
  if (problems_.empty()) {
    normalize(rule_);
    return std::move(rule_);
  }
  std::string message = "the recurrence rule is not valid: ";
  for (std::size_t i = 0; i < problems_.size() && i < 5; ++i) {
    if (i > 0) message += "; ";
    message += problems_[i].field.empty() ? problems_[i].issue
                                          : problems_[i].field + " " + problems_[i].issue;
  }
  return Error(Code::kInvalid, std::move(message), std::move(problems_));
}

void Parser::readPart(std::string_view part) {
  if (lenient_) {
    const std::string_view bare = trimmed(part);
    if (bare.size() != part.size()) note("removed blanks around " + quoted(bare));
    part = bare;
  }
  if (part.empty()) {
    if (lenient_) return note("removed an empty part");
    return problem("", "an empty part: parts are separated by single semicolons");
  }
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) {
    return problem("", quoted(part) + " is no part: expected NAME=VALUE");
  }
  std::string_view nameText = part.substr(0, equals);
  std::string_view value = part.substr(equals + 1);
  if (lenient_) {
    nameText = trimmed(nameText);
    value = trimmed(value);
  }
  std::string name(nameText);
  const auto before =
      std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.name == name; });
  if (before != seen_.end()) {
    if (lenient_ && before->value == value) return note(name + " is there twice, alike");
    return problem(name.substr(0, kMaxQuote), "is there more than once");
  }
  if (seen_.size() >= 32) {
    if (seen_.size() == 32 && problems_.size() < 64) problem("", "there are too many parts");
    return;
  }
  seen_.push_back({name, std::string(value)});
  if (lenient_ && value.empty() && name != "FREQ") return note("removed the empty part " + name);
  dispatch(name, value);
}

void Parser::dispatch(const std::string& name, std::string_view value) {
  if (name == "FREQ") return readFrequency(value);
  if (name == "UNTIL") return readUntil(value);
  if (name == "BYDAY") return readDays(value);
  if (name == "WKST") return readWeekStart(value);
  if (name == "COUNT") {
    rule_.count = readPositive(name, value, kMaxCount);
  } else if (name == "INTERVAL") {
    if (lenient_ && value == "0") return note("INTERVAL=0 is read as 1");
    rule_.interval = readPositive(name, value, kMaxInterval).value_or(1);
  } else if (name == "BYSECOND") {
    readList(name, value, 0, 60, rule_.bySecond);
  } else if (name == "BYMINUTE") {
    readList(name, value, 0, 59, rule_.byMinute);
  } else if (name == "BYHOUR") {
    readList(name, value, 0, 23, rule_.byHour);
  } else if (name == "BYMONTHDAY") {
    readList(name, value, -31, 31, rule_.byMonthDay);
  } else if (name == "BYYEARDAY") {
    readList(name, value, -366, 366, rule_.byYearDay);
  } else if (name == "BYWEEKNO") {
    readList(name, value, -53, 53, rule_.byWeekNo);
  } else if (name == "BYMONTH") {
    readList(name, value, 1, 12, rule_.byMonth);
  } else if (name == "BYSETPOS") {
    readList(name, value, -366, 366, rule_.bySetPos);
  } else if (name == "RSCALE" || name == "SKIP") {
    if (lenient_ && name == "RSCALE" && value == "GREGORIAN") {
      return note("RSCALE=GREGORIAN is what rules mean anyway");
    }
    if (lenient_ && name == "SKIP" && value == "OMIT") {
      return note("SKIP=OMIT is what rules mean anyway");
    }
    problem(name, "belongs to non-Gregorian rules (RFC 7529), which are not supported");
  } else if (lenient_ && name.starts_with("X-")) {
    note("left out the private part " + quoted(name));
  } else {
    problem(name.substr(0, kMaxQuote), "is no part of a recurrence rule");
  }
}

void Parser::readFrequency(std::string_view value) {
  if (const auto found = findName(kFrequencyNames, value)) {
    rule_.frequency = static_cast<Frequency>(*found);
    return;
  }
  problem("FREQ", "is " + quoted(value) +
                      ": expected SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY");
}

void Parser::readUntil(std::string_view value) {
  if (const auto time = parseBasicTime(value)) {
    rule_.until = Until{time->kind, time->time};
    return;
  }
  problem("UNTIL", "is " + quoted(value) +
                       ": expected a date as 20260301, or a time as 20260301T090000 or "
                       "20260301T090000Z");
}

void Parser::readDays(std::string_view value) {
  forEachValue("BYDAY", value, [this](std::string_view item) {
    const auto day =
        item.size() < 2 ? std::nullopt : findName(kWeekdayNames, item.substr(item.size() - 2));
    if (!day) return false;
    const std::string_view prefix = item.substr(0, item.size() - 2);
    long long ordinal = 0;
    if (!prefix.empty()) {
      const auto number = parseNumber(prefix, true);
      if (!number || *number == 0 || *number < -53 || *number > 53) return false;
      ordinal = *number;
    }
    rule_.byDay.push_back({static_cast<Weekday>(*day), static_cast<std::int8_t>(ordinal)});
    return true;
  });
}

void Parser::readWeekStart(std::string_view value) {
  if (const auto found = findName(kWeekdayNames, value)) {
    rule_.weekStart = static_cast<Weekday>(*found);
    return;
  }
  problem("WKST", "is " + quoted(value) + ": expected MO, TU, WE, TH, FR, SA or SU");
}

std::optional<std::uint32_t> Parser::readPositive(std::string_view name, std::string_view value,
                                                  std::uint32_t highest) {
  const auto number = parseNumber(value, false);
  if (number && *number >= 1 && *number <= highest) return static_cast<std::uint32_t>(*number);
  problem(name, "is " + quoted(value) + ": expected a number from 1 to " + std::to_string(highest));
  return std::nullopt;
}

template <class T>
void Parser::readList(const std::string& name, std::string_view value, int lowest, int highest,
                      std::vector<T>& out) {
  forEachValue(name, value, [&](std::string_view item) {
    const auto number = parseNumber(item, lowest < 0);
    if (!number || *number < lowest || *number > highest) return false;
    if (lowest != 0 && *number == 0) return false;
    out.push_back(static_cast<T>(*number));
    return true;
  });
}

template <class Each>
void Parser::forEachValue(const std::string& name, std::string_view value, Each each) {
  std::size_t count = 0;
  while (true) {
    const std::size_t comma = value.find(',');
    std::string_view item = value.substr(0, comma);
    if (lenient_) item = trimmed(item);
    if (++count > kMaxValues) {
      return problem(name, "has more than " + std::to_string(kMaxValues) + " values");
    }
    if (item.empty() && lenient_) {
      note("removed an empty value of " + name);
    } else if (!each(item)) {
      return problem(name, "has the value " + quoted(item) + ", which is out of its range");
    }
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

/// The number that `length` digits of `text` make from `at`; -1 where one is no digit.
int digits(std::string_view text, std::size_t at, std::size_t length) {
  int value = 0;
  for (std::size_t i = at; i < at + length; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::optional<BasicTime> parseBasicTime(std::string_view text) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (text.size() != 8 && text.size() != 15 && text.size() != 16) return std::nullopt;
  const int year = digits(text, 0, 4);
  const int month = digits(text, 4, 2);
  const int day = digits(text, 6, 2);
  if (year < 1 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const base::LocalSeconds midnight{std::chrono::local_days(date)};
  if (text.size() == 8) return BasicTime{Until::Kind::kDate, midnight};
  if (text[8] != 'T' && text[8] != 't') return std::nullopt;
  const int hour = digits(text, 9, 2);
  const int minute = digits(text, 11, 2);
  const int second = digits(text, 13, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const auto time = midnight + hours(hour) + minutes(minute) + seconds(std::min(second, 59));
  if (text.size() == 15) return BasicTime{Until::Kind::kLocal, time};
  if (text[15] != 'Z' && text[15] != 'z') return std::nullopt;
  return BasicTime{Until::Kind::kUtc, time};
}

base::Result<RecurrenceRule> parseRule(std::string_view text, Strictness strictness,
                                       std::vector<std::string>* notes) {
  return Parser(strictness, notes).parse(text);
}

}  // namespace sw::calendar
