#include "calendar/ical_lines.h"

#include <algorithm>
#include <array>

#include "calendar/ical_charset.h"

namespace sw::calendar {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool isNameChar(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

/// Properties whose values are times and hold no colon, so that the last colon is the value's.
bool holdsTimes(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"DTSTART", "DTEND", "RECURRENCE-ID",
                                                             "EXDATE",  "RDATE", "DUE"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view each) { return equalsIgnoringCase(name, each); });
}

/// Where the value's colon is: the first outside quotes, or the first at all when quotes do not
/// pair up.
std::size_t valueColon(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ':' && !quoted) return i;
  }
  return text.find(':', from);
}

}  // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return upper(x) == upper(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool ContentLine::is(std::string_view upperName) const {
  return equalsIgnoringCase(name, upperName);
}

std::optional<std::string> ContentLine::parameter(std::string_view upperName) const {
  if (parameters.empty()) return std::nullopt;
  for (const Parameter& each : splitParameters(parameters)) {
    if (equalsIgnoringCase(each.name, upperName)) return decodeParameter(each.value);
  }
  return std::nullopt;
}

std::optional<ContentLine> parseLine(std::string_view text, std::size_t number) {
  std::size_t end = 0;
  while (end < text.size() && isNameChar(text[end])) ++end;
  std::size_t next = end;
  while (next < text.size() && (text[next] == ' ' || text[next] == '\t')) ++next;
  if (end == 0 || next >= text.size() || (text[next] != ':' && text[next] != ';')) {
    return std::nullopt;
  }
  ContentLine line{number, text, text.substr(0, end), {}, {}};
  std::size_t colon = next;
  if (text[next] == ';') {
    colon = holdsTimes(line.name) ? text.rfind(':') : valueColon(text, next);
    if (colon == std::string_view::npos) return std::nullopt;
    line.parameters = text.substr(next, colon - next);
  }
  line.value = text.substr(colon + 1);
  return line;
}

std::vector<Parameter> splitParameters(std::string_view parameters) {
  std::vector<Parameter> out;
  std::size_t i = 0;
  const bool paired = std::count(parameters.begin(), parameters.end(), '"') % 2 == 0;
  while (i < parameters.size()) {
    if (parameters[i] == ';') {
      ++i;
      continue;
    }
    bool quoted = false;
    std::size_t end = i;
    for (; end < parameters.size() && (quoted || parameters[end] != ';'); ++end) {
      if (parameters[end] == '"' && paired) quoted = !quoted;
    }
    const std::string_view whole = parameters.substr(i, end - i);
    const std::size_t equals = whole.find('=');
    // vCalendar 1.0 wrote bare values, as in ";QUOTED-PRINTABLE:".
    if (equals == std::string_view::npos) {
      out.push_back({trimmed(whole), {}});
    } else {
      out.push_back({trimmed(whole.substr(0, equals)), trimmed(whole.substr(equals + 1))});
    }
    i = end;
  }
  return out;
}

bool isQuotedPrintable(const ContentLine& line) {
  constexpr std::string_view kEncoding = "QUOTED-PRINTABLE";
  if (line.parameters.size() < kEncoding.size()) return false;
  const std::vector<Parameter> all = splitParameters(line.parameters);
  return std::any_of(all.begin(), all.end(), [&](const Parameter& each) {
    return (each.value.empty() && equalsIgnoringCase(each.name, kEncoding)) ||
           (equalsIgnoringCase(each.name, "ENCODING") && equalsIgnoringCase(each.value, kEncoding));
  });
}

std::string decodeParameter(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '"') continue;
    if (value[i] == '^' && i + 1 < value.size()) {
      const char next = value[i + 1];
      if (next == 'n' || next == '^' || next == '\'') {
        out += next == 'n' ? '\n' : next == '^' ? '^' : '"';
        ++i;
        continue;
      }
    }
    out += value[i];
  }
  return out;
}

std::string encodeParameter(std::string_view value) {
  std::string out;
  bool quote = false;
  for (const char c : value) {
    switch (c) {
      case '\n': out += "^n"; break;
      case '^': out += "^^"; break;
      case '"': out += "^'"; break;
      case '\r': break;
      default: quote = quote || c == ':' || c == ';' || c == ',' || c == ' '; out += c;
    }
  }
  if (quote) out = '"' + out + '"';
  return out;
}

std::string unescapeText(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
      continue;
    }
    const char next = value[i + 1];
    switch (next) {
      case 'n':
      case 'N': out += '\n'; break;
      // Quotes and colons need no escape, but many programs write one.
      case '\\':
      case ';':
      case ',':
      case ':':
      case '"': out += next; break;
      default: out += '\\'; out += next;
    }
    ++i;
  }
  return out;
}

void appendEscaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' || c == ';' || c == ',') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
      out += c;
    }
  }
}

void appendFolded(std::string& out, std::string_view line) {
  std::size_t room = 75;
  while (line.size() > room) {
    std::size_t cut = room;
    while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80) --cut;
    out += line.substr(0, cut);
    out += "\r\n ";
    line.remove_prefix(cut);
    room = 74;
  }
  out += line;
  out += "\r\n";
}

LineReader::LineReader(std::string_view bytes, std::size_t linesBefore)
    : rest_(withoutByteOrderMark(bytes, converted_)), physical_(linesBefore) {}

std::string_view LineReader::takePhysical() {
  // The next LF is remembered, so that a file of CRs alone is not searched to its end each time.
  if (!lineFeedKnown_ || lineFeed_ < rest_.data()) {
    const std::size_t at = rest_.find('\n');
    lineFeed_ = rest_.data() + std::min(at, rest_.size());
    lineFeedKnown_ = true;
  }
  const auto untilFeed = static_cast<std::size_t>(lineFeed_ - rest_.data());
  std::size_t end = rest_.substr(0, untilFeed).find('\r');
  if (end == std::string_view::npos && untilFeed < rest_.size()) end = untilFeed;
  const std::string_view line = rest_.substr(0, end);
  ++physical_;
  if (end == std::string_view::npos) {
    rest_.remove_prefix(rest_.size());
  } else {
    const bool pair = rest_[end] == '\r' && end + 1 < rest_.size() && rest_[end + 1] == '\n';
    rest_.remove_prefix(end + (pair ? 2 : 1));
  }
  return line;
}

/// Whether what follows belongs to the line so far. Empty lines in between do not end it.
bool LineReader::continues() const {
  const std::size_t first = rest_.find_first_not_of("\r\n");
  return first != std::string_view::npos && (rest_[first] == ' ' || rest_[first] == '\t');
}

void LineReader::append(std::string_view piece) {
  if (joined_.size() + piece.size() > kMaxLine) {
    flags_ |= kCut;
    piece = piece.substr(0, kMaxLine - joined_.size());
  }
  joined_ += piece;
}

bool LineReader::next() {
  flags_ = 0;
  do {
    if (rest_.empty()) return false;
    leftFromBegin_ = rest_.size();
    text_ = takePhysical();
  } while (trimmed(text_).empty());
  number_ = physical_;
  if (text_.size() > kMaxLine) {
    flags_ |= kCut;
    text_ = text_.substr(0, kMaxLine);
  }
  std::optional<bool> printable;
  const auto softBreak = [&] {
    if (!text_.ends_with('=') || rest_.empty()) return false;
    if (!printable) {
      const auto line = parseLine(text_);
      printable = line && isQuotedPrintable(*line);
    }
    return *printable;
  };
  if (softBreak() || continues()) {
    joined_.clear();
    append(text_);
    for (;;) {
      text_ = joined_;
      if (softBreak()) {
        joined_.pop_back();
        append(takePhysical());
        continue;
      }
      if (!continues()) break;
      std::string_view piece;
      do {
        piece = takePhysical();
      } while (piece.empty());
      append(piece.substr(1));
    }
    text_ = joined_;
  }
  clean();
  return true;
}

void LineReader::clean() {
  const bool controls = std::any_of(text_.begin(), text_.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t';
  });
  if (controls) {
    std::string kept;
    std::copy_if(text_.begin(), text_.end(), std::back_inserter(kept),
                 [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\t'; });
    joined_ = std::move(kept);
    text_ = joined_;
    flags_ |= kControls;
  }
  if (!isUtf8(text_)) {
    cleaned_.clear();
    appendWindows1252(cleaned_, text_);
    text_ = cleaned_;
    flags_ |= kNotUtf8;
  }
}

}  // namespace sw::calendar
