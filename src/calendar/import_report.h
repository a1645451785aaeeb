#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "calendar/calendar_file.h"
#include "calendar/ical_reader.h"

namespace sw::calendar {

/// What became of an imported file.
struct ImportOutcome {
  enum class Status { kCreated, kUpdated, kUnchanged, kFailed };
  struct Item {
    std::string uid;
    std::string summary;
    Status status;
    std::vector<std::string> issues;
  };

  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t failed = 0;
  /// Items that failed or that something is to be said of, in the order of the file.
  std::vector<Item> items;
};

/// Gathers the outcome of an import, item by item, with what the reading of the file found. The
/// file must outlive it; one thread's.
class ImportReport {
 public:
  explicit ImportReport(const CalendarFile& file) : file_(file) {}

  /// The item's end; `problem` says why it failed, where it did.
  void add(const ImportedItem& item, ImportOutcome::Status status, std::string problem = {});
  /// Adds what was skipped, that is issues of items that nothing readable is of.
  ImportOutcome finish();

 private:
  void readOn();

  const CalendarFile& file_;
  std::size_t read_ = 0;  // of the file's issues
  ImportOutcome outcome_;
  std::map<std::string, std::vector<const ImportIssue*>> issues_;  // by the UID they speak of
};

/// Appends the outcome as JSON, at most `maxItems` of its items.
void appendImportReport(std::string& out, const ImportOutcome& outcome, std::size_t maxItems);

}  // namespace sw::calendar
