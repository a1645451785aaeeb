#include "calendar/recurrence_lines.h"

#include <algorithm>
#include <utility>

#include "calendar/ical_lines.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::FieldProblem;
using base::Result;

constexpr std::size_t kMaxLine = 256 * 1024;

std::string upperCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// A property line taken apart: NAME;PARAM=VALUE:VALUE.
struct Line {
  std::string name;
  std::string valueType;  // VALUE, upper case
  std::string zoneName;   // TZID, without quotes
  std::string_view value;
};

/// The first `wanted` outside of quotes (RFC 5545, section 3.2).
std::size_t findUnquoted(std::string_view text, char wanted) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == wanted && !quoted) return i;
  }
  return std::string_view::npos;
}

std::optional<Line> takeApart(std::string_view text) {
  const std::size_t colon = findUnquoted(text, ':');
  if (colon == std::string_view::npos) return std::nullopt;
  Line line;
  line.value = text.substr(colon + 1);
  std::string_view head = text.substr(0, colon);
  std::size_t end = findUnquoted(head, ';');
  line.name = upperCase(trimmed(head.substr(0, end)));
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 1);
    end = findUnquoted(head, ';');
    const std::string_view parameter = head.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name = upperCase(trimmed(parameter.substr(0, equals)));
    const std::string value = decodeParameter(trimmed(parameter.substr(equals + 1)));
    if (name == "VALUE") line.valueType = upperCase(value);
    if (name == "TZID") line.zoneName = value;
  }
  return line;
}

class LinesParser {
 public:
  LinesParser(const SeriesStart& start, Strictness strictness, const ZoneResolver& zones,
              std::vector<std::string>* notes)
      : strictness_(strictness), zones_(zones), notes_(notes) {
    out_.start = start.local;
    out_.allDay = start.allDay;
    out_.floating = start.floating;
    out_.zone = start.zone;
  }

  Result<Recurrence> parse(std::span<const std::string> lines);

 private:
  void readLine(std::string_view text);
  void readRule(const Line& line, std::vector<RecurrenceRule>& rules);
  void readTimes(const Line& line, bool isDate, std::vector<SeriesTime>& times);
  std::optional<SeriesTime> readTime(std::string_view text, const Line& line);
  bool readPeriod(std::string_view text, const Line& line, SeriesTime& out);
  void setZone(SeriesTime& time, const base::Zone& zone) const;
  void problem(std::string issue, std::string_view part = {});
  [[nodiscard]] bool lenient() const { return strictness_ == Strictness::kLenient; }

  Strictness strictness_;
  const ZoneResolver& zones_;
  std::vector<std::string>* notes_;
  Recurrence out_;
  std::optional<base::Zone> lineZone_;
  std::size_t index_ = 0;
  std::vector<FieldProblem> problems_;
};

void LinesParser::problem(std::string issue, std::string_view part) {
  std::string field = "recurrence[" + std::to_string(index_) + "]";
  if (!part.empty()) (field += '.') += part;
  if (problems_.size() < 64) problems_.push_back({std::move(field), std::move(issue)});
}

Result<Recurrence> LinesParser::parse(std::span<const std::string> lines) {
  for (; index_ < lines.size(); ++index_) readLine(lines[index_]);
  if (problems_.empty()) return std::move(out_);
  std::string message =
      "the recurrence is not valid: " + problems_.front().field + " " + problems_.front().issue;
  if (problems_.size() > 1) {
    message += " (and " + std::to_string(problems_.size() - 1) + " more)";
  }
  return Error(Code::kInvalid, std::move(message), std::move(problems_));
}

void LinesParser::readLine(std::string_view text) {
  if (text.size() > kMaxLine) return problem("is longer than 256 KiB");
  text = trimmed(text);
  if (text.empty() && lenient()) return;
  const auto line = takeApart(text);
  if (!line) return problem("is no property: expected RRULE:, EXRULE:, RDATE: or EXDATE:");
  lineZone_.reset();
  if (!line->zoneName.empty()) {
    Result<base::Zone> zone = zones_ ? zones_(line->zoneName) : base::Zone::find(line->zoneName);
    if (zone) {
      lineZone_ = *zone;
    } else if (!lenient()) {
      return problem(zone.error().message(), "TZID");
    } else if (notes_ != nullptr) {
      notes_->push_back(line->name + ": " + zone.error().message() +
                        "; read in the zone of the series");
    }
  }
  if (line->name == "RRULE") return readRule(*line, out_.rules);
  if (line->name == "EXRULE") return readRule(*line, out_.exclusionRules);
  if (line->name == "RDATE") return readTimes(*line, true, out_.dates);
  if (line->name == "EXDATE") return readTimes(*line, false, out_.exclusions);
  problem("is none of RRULE, EXRULE, RDATE and EXDATE");
}

void LinesParser::readRule(const Line& line, std::vector<RecurrenceRule>& rules) {
  if (rules.size() == kMaxRules) {
    return problem("is one too many: a series has at most " + std::to_string(kMaxRules) +
                   " of its kind");
  }
  Result<RecurrenceRule> rule = parseRule(line.value, strictness_, notes_);
  if (!rule) {
    if (rule.error().details().empty()) return problem(rule.error().message());
    for (const FieldProblem& detail : rule.error().details()) problem(detail.issue, detail.field);
    return;
  }
  if (out_.allDay && rule->frequency < Frequency::kDaily) {
    return problem("repeats more often than daily, which whole days cannot", "FREQ");
  }
  rules.push_back(*std::move(rule));
}

void LinesParser::readTimes(const Line& line, bool isDate, std::vector<SeriesTime>& times) {
  const bool known = line.valueType.empty() || line.valueType == "DATE" ||
                     line.valueType == "DATE-TIME" || (isDate && line.valueType == "PERIOD");
  if (!known) return problem("has an unknown VALUE type", "VALUE");
  std::string_view rest = line.value;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = trimmed(rest.substr(0, comma));
    if (times.size() == kMaxSeriesTimes) {
      return problem("has more than " + std::to_string(kMaxSeriesTimes) + " times in all");
    }
    if (!item.empty() || !lenient()) {
      SeriesTime period;
      if (isDate && item.find('/') != std::string_view::npos) {
        if (!readPeriod(item, line, period)) {
          return problem("has a value that is no period: expected START/END or START/DURATION");
        }
        times.push_back(period);
      } else if (const auto time = readTime(item, line)) {
        times.push_back(*time);
      } else {
        return problem(
            "has a value that is no time: expected 20260301, 20260301T090000 or "
            "20260301T090000Z");
      }
    }
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

/// Notes the zone of a time unless it is that of the series.
void LinesParser::setZone(SeriesTime& time, const base::Zone& zone) const {
  if (out_.floating || !(zone == out_.zone)) time.zone = zone;
}

std::optional<SeriesTime> LinesParser::readTime(std::string_view text, const Line& line) {
  const auto read = parseBasicTime(text);
  if (!read) return std::nullopt;
  const bool isDate = read->kind == Until::Kind::kDate;
  if (!lenient() && !line.valueType.empty() && isDate != (line.valueType == "DATE")) {
    return std::nullopt;
  }
  SeriesTime time;
  time.local = read->time;
  time.isDate = isDate;
  if (out_.allDay && !isDate) {  // only the day of it can matter
    time.local = std::chrono::floor<std::chrono::days>(time.local);
    time.isDate = true;
  } else if (read->kind == Until::Kind::kUtc) {
    setZone(time, base::Zone::utc());
  } else if (!isDate && lineZone_) {
    setZone(time, *lineZone_);
  }
  return time;
}

bool LinesParser::readPeriod(std::string_view text, const Line& line, SeriesTime& out) {
  const std::size_t slash = text.find('/');
  Line plain = line;
  plain.valueType.clear();
  const auto start = readTime(text.substr(0, slash), plain);
  if (!start || (start->isDate && !out_.allDay)) return false;
  out = *start;
  const std::string_view end = text.substr(slash + 1);
  if (const auto duration = parseDuration(end)) {
    // Whole days have no room for a length in seconds: the day is what counts.
    if (!out_.allDay) out.duration = duration;
    return true;
  }
  const auto last = readTime(end, plain);
  if (!last || last->isDate != start->isDate) return false;
  const auto length = instantOf(out_, *last) - instantOf(out_, *start);
  if (length < std::chrono::seconds::zero() || length > kMaxDuration) return false;
  if (!out_.allDay) out.duration = length;
  return true;
}

std::string lineOf(const Recurrence& recurrence, std::string_view name, const SeriesTime& time) {
  std::string out(name);
  if (time.isDate) {
    out += ";VALUE=DATE:";
    appendBasicTime(out, Until::Kind::kDate, time.local);
    return out;
  }
  if (time.duration) out += ";VALUE=PERIOD";
  const bool ownZone = !time.zone && !recurrence.floating;
  const base::Zone zone = time.zone.value_or(recurrence.zone);
  auto kind = Until::Kind::kLocal;
  if ((time.zone || ownZone) && zone.isUtc()) {
    kind = Until::Kind::kUtc;
  } else if (time.zone || ownZone) {
    (out += ";TZID=") += encodeParameter(zone.name());
  }
  out += ':';
  appendBasicTime(out, kind, time.local);
  if (time.duration) (out += '/') += formatDuration(*time.duration);
  return out;
}

}  // namespace

std::optional<std::chrono::seconds> parseDuration(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.size() < 3 || upperCase(text.substr(0, 1)) != "P") return std::nullopt;
  text.remove_prefix(1);
  std::string_view order = "WDTHMS";  // units still to come
  bool inTime = false;
  bool any = false;
  std::int64_t total = 0;
  while (!text.empty()) {
    if (!inTime && (text.front() == 'T' || text.front() == 't')) {
      inTime = true;
      any = false;
      order = "HMS";
      text.remove_prefix(1);
      continue;
    }
    std::int64_t value = 0;
    std::size_t length = 0;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') {
      if (++length > 10) return std::nullopt;
      value = value * 10 + (text[length - 1] - '0');
    }
    if (length == 0 || length == text.size()) return std::nullopt;
    const char unit = upperCase(text.substr(length, 1)).front();
    const std::size_t at = order.find(unit);
    if (at == std::string_view::npos || unit == 'T' || inTime != (unit != 'W' && unit != 'D')) {
      return std::nullopt;
    }
    total += value * (unit == 'W'   ? 7 * kDaySeconds
                      : unit == 'D' ? kDaySeconds
                      : unit == 'H' ? 3600
                      : unit == 'M' ? 60
                                    : 1);
    if (total > kMaxDuration.count()) return std::nullopt;
    any = true;
    order.remove_prefix(at + 1);
    text.remove_prefix(length + 1);
  }
  if (!any) return std::nullopt;
  return std::chrono::seconds(total);
}

std::string formatDuration(std::chrono::seconds duration) {
  const std::int64_t total = duration.count();
  std::string out = "P";
  if (total >= kDaySeconds) (out += std::to_string(total / kDaySeconds)) += 'D';
  const std::int64_t clock = total % kDaySeconds;
  if (clock == 0 && total > 0) return out;
  out += 'T';
  if (clock >= 3600) (out += std::to_string(clock / 3600)) += 'H';
  if (clock / 60 % 60 != 0) (out += std::to_string(clock / 60 % 60)) += 'M';
  if (clock % 60 != 0 || clock == 0) (out += std::to_string(clock % 60)) += 'S';
  return out;
}

Result<Recurrence> parseRecurrence(const SeriesStart& start, std::span<const std::string> lines,
                                   Strictness strictness, const ZoneResolver& zones,
                                   std::vector<std::string>* notes) {
  return LinesParser(start, strictness, zones, notes).parse(lines);
}

std::vector<std::string> formatRecurrence(const Recurrence& recurrence) {
  std::vector<std::string> out;
  for (const auto& rule : recurrence.rules) out.push_back("RRULE:" + formatRule(rule));
  for (const auto& rule : recurrence.exclusionRules) out.push_back("EXRULE:" + formatRule(rule));
  for (const auto& time : recurrence.dates) out.push_back(lineOf(recurrence, "RDATE", time));
  for (const auto& time : recurrence.exclusions) {
    out.push_back(lineOf(recurrence, "EXDATE", time));
  }
  return out;
}

}  // namespace sw::calendar
