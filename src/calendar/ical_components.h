#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendar/ical_lines.h"

namespace sw::calendar {

/// A component with its properties and nested components. Views into the text of its reader.
struct Component {
  std::string_view name;   // as written
  std::size_t number = 0;  // physical line of its BEGIN, from 1
  std::string_view text;   // from BEGIN to END, unfolded, every line ended by LF
  std::vector<ContentLine> lines;
  std::vector<Component> children;

  [[nodiscard]] bool is(std::string_view upperName) const {
    return equalsIgnoringCase(name, upperName);
  }
  /// The first line of that name, or null.
  [[nodiscard]] const ContentLine* find(std::string_view upperName) const;
};

/// Yields what a calendar file holds, one piece at a time: the calendar's own properties and its
/// components, whole. Repairs what is broken and says so: missing or stray END, components begun
/// inside another, raw line breaks inside texts, vCalendar 1.0's QUOTED-PRINTABLE, pieces outside
/// of a VCALENDAR. The bytes must outlive the reader. One thread. Linear; memory of one component.
class ComponentReader {
 public:
  /// A component with more text than this keeps what came before and loses the rest.
  static constexpr std::size_t kMaxComponent = std::size_t{8} * 1024 * 1024;
  static constexpr std::size_t kMaxDepth = 8;
  static constexpr std::size_t kMaxDefects = 50;  // told of one piece

  enum class Kind { kProperty, kComponent, kEnd };

  /// `linesBefore`: how many physical lines of the file came before these bytes.
  explicit ComponentReader(std::string_view bytes, std::size_t linesBefore = 0)
      : lines_(bytes, linesBefore) {}

  /// What comes next; `property`, `component` and `defects` are of it, until the next call.
  Kind next();
  /// Whether a BEGIN:VCALENDAR was seen so far.
  [[nodiscard]] bool sawCalendar() const { return sawCalendar_; }
  [[nodiscard]] const ContentLine& property() const { return property_; }
  [[nodiscard]] const Component& component() const { return component_; }
  [[nodiscard]] const std::vector<TextDefect>& defects() const { return defects_; }
  /// How many bytes there were from the component's BEGIN on.
  [[nodiscard]] std::size_t leftFromComponent() const { return leftFromComponent_; }
  /// How many bytes `next` has still to look at.
  [[nodiscard]] std::size_t left() const {
    return pending_ ? lines_.leftFromBegin() : lines_.left();
  }

 private:
  struct Entry {
    enum class Kind { kLine, kBegin, kEnd };
    Kind kind;
    std::size_t number;
    std::size_t begin;  // in `text_`
    std::size_t length;
    bool prose = false;  // a text that may go on over raw line breaks
  };

  bool readLine();
  void noteFlags();
  /// Remembers a defect of the current line; of many, the first.
  void note(std::string what);
  Kind collect(std::string_view name);
  /// Adds the current line to the open component; false when it ended it.
  bool take();
  void addLine();
  bool close(std::string_view name);
  void append(Entry::Kind kind, std::string_view line);
  void joinToLast();
  void build(Component& into, std::size_t& at) const;

  LineReader lines_;
  std::size_t leftFromComponent_ = 0;
  bool pending_ = false;  // the current line is to be read again
  bool sawCalendar_ = false;
  bool toldOutside_ = false;
  std::string text_;
  std::string propertyText_;
  std::vector<Entry> entries_;
  std::vector<std::string> open_;  // names of the components that are open, upper case
  std::size_t tooDeep_ = 0;
  bool full_ = false;
  ContentLine property_;
  Component component_;
  std::vector<TextDefect> defects_;
};

/// A content line of vCalendar 1.0 as RFC 5545 has it: QUOTED-PRINTABLE decoded, its parameters
/// gone, the text escaped. Nothing when the line needs no change.
std::optional<std::string> modernLine(const ContentLine& line);

}  // namespace sw::calendar
