#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "calendar/ical_reader.h"

namespace sw::calendar {

/// A calendar file whose items are read when they are asked for. What is kept in memory is the
/// text and, for each event, where it stands in it: what the events of a UID say is put together
/// only while that item is at hand. Opening looks at every event once, so that all that is wrong
/// with them is known before the first item comes. One thread.
class CalendarFile {
 public:
  /// Fails as `readCalendar`, which tells what is read and how.
  static base::Result<std::unique_ptr<CalendarFile>> open(std::string bytes,
                                                          const ReadOptions& options = {});
  CalendarFile(const CalendarFile&) = delete;
  CalendarFile& operator=(const CalendarFile&) = delete;
  ~CalendarFile();

  [[nodiscard]] const CalendarHead& head() const;
  /// How many UIDs there are. An item each, and one more where a changed occurrence that holds for
  /// all following ones becomes a series of its own.
  [[nodiscard]] std::size_t size() const;
  /// The next item in the order of the file, or nothing at its end.
  std::optional<ImportedItem> next();
  /// Begins again with the first item.
  void rewind();

  /// What was found so far: of single events from the start, of an item's parts together once it
  /// was yielded. Only grows (until `rewind`); what is there stays where it is.
  [[nodiscard]] const std::deque<ImportIssue>& issues() const;
  [[nodiscard]] std::size_t issuesDropped() const;  // above `ReadOptions::maxIssues`

 private:
  class Reading;

  explicit CalendarFile(std::unique_ptr<Reading> reading);

  const std::unique_ptr<Reading> reading_;
};

}  // namespace sw::calendar
