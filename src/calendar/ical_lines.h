#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The text layer of iCalendar (RFC 5545, section 3.1): unfolded lines, their parameters and the
/// escapes of text values, read as forgivingly as the files of the world need and written exactly.
namespace sw::calendar {

/// Something wrong with the text, and what was done about it.
struct TextDefect {
  std::size_t line = 0;  // physical line, from 1
  std::string what;
};

/// One unfolded content line. Views into a text that its maker keeps.
struct ContentLine {
  std::size_t number = 0;       // physical line where it begins, from 1
  std::string_view text;        // the whole of it
  std::string_view name;        // as written
  std::string_view parameters;  // with the leading ';', or empty
  std::string_view value;       // still escaped

  /// Whether its name is `upperName`, letters of either case.
  [[nodiscard]] bool is(std::string_view upperName) const;
  /// The value of a parameter: without quotes, RFC 6868 decoded; several values stay joined by
  /// commas. Nothing when it is absent.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view upperName) const;
};

struct Parameter {
  std::string_view name;   // as written
  std::string_view value;  // as written, with quotes
};

/// Splits a line at its value. Broken quotes and unquoted zone names with colons are coped with.
/// Nothing when the text has no name or no colon.
std::optional<ContentLine> parseLine(std::string_view text, std::size_t number = 0);
std::vector<Parameter> splitParameters(std::string_view parameters);
/// Whether a line of vCalendar 1.0 says that its value is QUOTED-PRINTABLE.
bool isQuotedPrintable(const ContentLine& line);
/// A parameter's value without quotes and with RFC 6868's "^n", "^^" and "^'" decoded.
std::string decodeParameter(std::string_view value);
/// The reverse, quoted where it has to be.
std::string encodeParameter(std::string_view value);

/// TEXT (section 3.3.11) to plain text. A backslash before anything else stays.
std::string unescapeText(std::string_view value);
/// Plain text to TEXT. CR LF and CR count as one line end.
void appendEscaped(std::string& out, std::string_view text);
/// Appends `line` and CR LF, folded at 75 octets without cutting a UTF-8 sequence.
void appendFolded(std::string& out, std::string_view line);

bool equalsIgnoringCase(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text);

/// Yields the logical lines of a file in order: any line ends, folds by blank or tab (inside a
/// UTF-8 sequence too, and over empty lines), QUOTED-PRINTABLE's soft breaks. What is not UTF-8
/// is read as Windows-1252, line by line; control characters are dropped. The bytes must outlive
/// the reader. One thread. Linear; memory of one line.
class LineReader {
 public:
  /// Longer logical lines are cut (and flagged).
  static constexpr std::size_t kMaxLine = std::size_t{4} * 1024 * 1024;
  enum Flag : std::uint8_t { kNotUtf8 = 1, kControls = 2, kCut = 4 };

  /// `linesBefore`: how many physical lines of the file came before these bytes.
  explicit LineReader(std::string_view bytes, std::size_t linesBefore = 0);

  /// The next line that is not empty, valid until the next call; false at the end.
  bool next();
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::size_t number() const { return number_; }
  /// What was wrong with it, of `Flag`.
  [[nodiscard]] unsigned flags() const { return flags_; }
  /// How many bytes are left from the begin of the current line, and from its end.
  [[nodiscard]] std::size_t leftFromBegin() const { return leftFromBegin_; }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  std::string_view takePhysical();
  [[nodiscard]] bool continues() const;
  void append(std::string_view piece);
  void clean();

  std::string converted_;  // a UTF-16 file as UTF-8
  std::string_view rest_;
  const char* lineFeed_ = nullptr;  // the next one at or after the rest's begin, or its end
  bool lineFeedKnown_ = false;
  std::string joined_;
  std::string cleaned_;
  std::string_view text_;
  std::size_t physical_ = 0;
  std::size_t leftFromBegin_ = 0;
  std::size_t number_ = 0;
  unsigned flags_ = 0;
};

}  // namespace sw::calendar
