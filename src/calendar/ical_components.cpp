#include "calendar/ical_components.h"

#include <algorithm>
#include <array>

#include "calendar/ical_charset.h"

namespace sw::calendar {
namespace {

/// Components that stand side by side in a calendar: one begun inside another means that the
/// other's END is missing.
bool isTopLevel(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"VEVENT",    "VTODO",     "VJOURNAL",
                                                             "VFREEBUSY", "VTIMEZONE", "VCALENDAR"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::string upperCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// The component's name when the line is BEGIN or END (whichever `keyword` says), else empty.
std::string_view marker(std::string_view line, std::string_view keyword) {
  if (line.size() < keyword.size() + 2 || line[keyword.size()] != ':' ||
      !equalsIgnoringCase(line.substr(0, keyword.size()), keyword)) {
    return {};
  }
  return trimmed(line.substr(keyword.size() + 1));
}

bool holdsProse(const ContentLine& line) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "CONTACT", "X-ALT-DESC"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view each) { return line.is(each); });
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  std::size_t end = std::min<std::size_t>(text.size(), 40);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
    --end;
  }
  out += text.substr(0, end);
  return out + (end < text.size() ? "…'" : "'");
}

}  // namespace

std::optional<std::string> modernLine(const ContentLine& line) {
  if (!isQuotedPrintable(line)) return std::nullopt;
  std::string kept;
  for (const Parameter& each : splitParameters(line.parameters)) {
    if (!equalsIgnoringCase(each.name, "CHARSET") && !equalsIgnoringCase(each.name, "ENCODING") &&
        !each.value.empty()) {
      kept.append(";").append(each.name).append("=").append(each.value);
    }
  }
  std::string plain = decodeQuotedPrintable(line.value);
  if (!isUtf8(plain)) {
    std::string converted;
    appendWindows1252(converted, plain);
    plain = std::move(converted);
  }
  std::string out = std::string(line.name) + kept + ":";
  appendEscaped(out, unescapeText(plain));
  return out;
}

const ContentLine* Component::find(std::string_view upperName) const {
  for (const ContentLine& line : lines) {
    if (line.is(upperName)) return &line;
  }
  return nullptr;
}

bool ComponentReader::readLine() {
  if (pending_) {
    pending_ = false;
    return true;
  }
  if (!lines_.next()) return false;
  if (lines_.flags() != 0) noteFlags();
  return true;
}

void ComponentReader::note(std::string what) {
  if (defects_.size() < kMaxDefects) defects_.push_back({lines_.number(), std::move(what)});
}

void ComponentReader::noteFlags() {
  const auto tell = [this](unsigned flag, const char* what) {
    const auto same = [&](const TextDefect& each) { return each.what == what; };
    // Once for each piece: a Latin-1 file has one on every other line.
    if ((lines_.flags() & flag) != 0 && std::none_of(defects_.begin(), defects_.end(), same)) {
      note(what);
    }
  };
  tell(LineReader::kNotUtf8, "text that is not UTF-8 was read as Windows-1252");
  tell(LineReader::kControls, "control characters were dropped");
  tell(LineReader::kCut, "a line of more than 4 MiB was cut");
}

ComponentReader::Kind ComponentReader::next() {
  defects_.clear();
  while (readLine()) {
    const std::string_view line = lines_.text();
    if (const std::string_view name = marker(line, "BEGIN"); !name.empty()) {
      if (equalsIgnoringCase(name, "VCALENDAR")) {
        sawCalendar_ = true;
        continue;
      }
      if (!sawCalendar_ && !toldOutside_) {
        note("BEGIN:VCALENDAR is missing; read without it");
        toldOutside_ = true;
      }
      return collect(name);
    }
    if (const std::string_view name = marker(line, "END"); !name.empty()) {
      if (!equalsIgnoringCase(name, "VCALENDAR")) {
        note("END:" + std::string(name) + " without its BEGIN was left aside");
      }
      continue;
    }
    propertyText_ = line;
    const auto parsed = parseLine(propertyText_, lines_.number());
    if (!parsed) {
      note(quoted(line) + " is no content line and was left aside");
      continue;
    }
    property_ = *parsed;
    if (auto modern = modernLine(property_)) {
      propertyText_ = std::move(*modern);
      property_ = parseLine(propertyText_, lines_.number()).value_or(ContentLine{});
    }
    return Kind::kProperty;
  }
  return Kind::kEnd;
}

ComponentReader::Kind ComponentReader::collect(std::string_view name) {
  text_.clear();
  entries_.clear();
  open_.assign(1, upperCase(name));
  tooDeep_ = 0;
  full_ = false;
  leftFromComponent_ = lines_.leftFromBegin();
  append(Entry::Kind::kBegin, lines_.text());
  bool open = true;
  while (open && readLine()) open = take();
  if (open) {
    note("the file ends inside " + open_.front() + "; read as if it ended there");
    close(open_.front());
  }
  std::size_t at = 0;
  component_ = {};
  build(component_, at);
  return Kind::kComponent;
}

bool ComponentReader::take() {
  const std::string_view line = lines_.text();
  if (const std::string_view name = marker(line, "BEGIN"); !name.empty()) {
    const std::string upper = upperCase(name);
    if (isTopLevel(upper)) {
      note("END:" + open_.front() + " is missing before BEGIN:" + upper +
           "; read as if it stood there");
      pending_ = true;
      return close(open_.front());
    }
    if (open_.size() >= kMaxDepth || tooDeep_ > 0) {
      if (tooDeep_ == 0) note("components nested deeper than 8 were left aside");
      ++tooDeep_;
      return true;
    }
    open_.push_back(upper);
    append(Entry::Kind::kBegin, line);
    return true;
  }
  if (const std::string_view name = marker(line, "END"); !name.empty()) {
    if (tooDeep_ > 0) {
      --tooDeep_;
      return true;
    }
    return close(upperCase(name));
  }
  if (tooDeep_ == 0) addLine();
  return true;
}

void ComponentReader::addLine() {
  const std::string_view line = lines_.text();
  if (text_.size() + line.size() > kMaxComponent) {
    if (!full_) note("the component has more than 8 MiB; what comes here was left aside");
    full_ = true;
    return;
  }
  const auto parsed = parseLine(line, lines_.number());
  if (!parsed) {
    joinToLast();
    return;
  }
  const auto modern = modernLine(*parsed);
  append(Entry::Kind::kLine, modern ? std::string_view(*modern) : line);
  entries_.back().prose = holdsProse(*parsed);
}

/// Texts with raw line breaks: what has no name goes on with the text before it.
void ComponentReader::joinToLast() {
  Entry& last = entries_.back();
  const std::string_view line = lines_.text();
  if (!last.prose) {
    note(quoted(line) + " is no content line and was left aside");
    return;
  }
  note(quoted(line) + " is no content line; joined to the text before it");
  text_.pop_back();
  text_ += "\\n";
  text_ += line;
  last.length = text_.size() - last.begin;
  text_ += '\n';
}

/// Ends the open components down to the one called `name`; false when none is left.
bool ComponentReader::close(std::string_view name) {
  if (std::find(open_.begin(), open_.end(), name) == open_.end()) {
    if (name == "VCALENDAR") {
      note("END:" + open_.front() + " is missing; read as if it stood before END:VCALENDAR");
      return close(std::string(open_.front()));
    }
    note("END:" + std::string(name) + " without its BEGIN was left aside");
    return true;
  }
  const std::string wanted(name);
  for (;;) {
    const std::string inner = std::move(open_.back());
    open_.pop_back();
    append(Entry::Kind::kEnd, "END:" + inner);
    if (inner == wanted) break;
    note("END:" + inner + " is missing; read as if it stood before END:" + wanted);
  }
  return !open_.empty();
}

void ComponentReader::append(Entry::Kind kind, std::string_view line) {
  entries_.push_back({kind, lines_.number(), text_.size(), line.size()});
  text_ += line;
  text_ += '\n';
}

void ComponentReader::build(Component& into, std::size_t& at) const {
  const std::string_view all = text_;
  const std::size_t begin = entries_[at].begin;
  into.number = entries_[at].number;
  into.name = marker(all.substr(begin, entries_[at].length), "BEGIN");
  for (++at; at < entries_.size(); ++at) {
    const Entry& entry = entries_[at];
    if (entry.kind == Entry::Kind::kEnd) {
      into.text = all.substr(begin, entry.begin + entry.length + 1 - begin);
      return;
    }
    if (entry.kind == Entry::Kind::kBegin) {
      build(into.children.emplace_back(), at);
    } else if (auto line = parseLine(all.substr(entry.begin, entry.length), entry.number)) {
      into.lines.push_back(*line);
    }
  }
}

}  // namespace sw::calendar
