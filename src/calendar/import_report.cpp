#include "calendar/import_report.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace sw::calendar {
namespace {

using Status = ImportOutcome::Status;

std::string textOf(const ImportIssue& issue) {
  return issue.line == 0 ? issue.problem
                         : "line " + std::to_string(issue.line) + ": " + issue.problem;
}

std::string_view toText(Status status) {
  switch (status) {
    case Status::kCreated: return "created";
    case Status::kUpdated: return "updated";
    case Status::kUnchanged: return "unchanged";
    case Status::kFailed: return "failed";
  }
  return "failed";
}

}  // namespace

/// Takes up what the file has told since the last time.
void ImportReport::readOn() {
  for (; read_ < file_.issues().size(); ++read_) {
    const ImportIssue& issue = file_.issues()[read_];
    issues_[issue.uid].push_back(&issue);
  }
}

void ImportReport::add(const ImportedItem& item, Status status, std::string problem) {
  readOn();
  switch (status) {
    case Status::kCreated: ++outcome_.created; break;
    case Status::kUpdated: ++outcome_.updated; break;
    case Status::kUnchanged: ++outcome_.unchanged; break;
    case Status::kFailed: ++outcome_.failed; break;
  }
  const auto told = issues_.find(item.uid);
  if (problem.empty() && told == issues_.end()) return;
  ImportOutcome::Item report{item.uid, item.master.content.summary, status, {}};
  if (!problem.empty()) report.issues.push_back(std::move(problem));
  if (told != issues_.end()) {
    for (const ImportIssue* issue : told->second) report.issues.push_back(textOf(*issue));
    issues_.erase(told);
  }
  outcome_.items.push_back(std::move(report));
}

ImportOutcome ImportReport::finish() {
  readOn();
  for (const auto& [uid, issues] : issues_) {
    ImportOutcome::Item item{uid, issues.front()->summary, Status::kUnchanged, {}};
    std::size_t skipped = 0;
    for (const ImportIssue* issue : issues) {
      if (issue->kind == ImportIssue::Kind::kSkipped) ++skipped;
      item.issues.push_back(textOf(*issue));
    }
    if (skipped > 0) item.status = Status::kFailed;
    outcome_.failed += uid.empty() ? skipped : std::min<std::size_t>(skipped, 1);
    outcome_.items.push_back(std::move(item));
  }
  issues_.clear();
  return std::move(outcome_);
}

void appendImportReport(std::string& out, const ImportOutcome& outcome, std::size_t maxItems) {
  base::json::Writer writer(out);
  const auto count = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  writer.beginObject()
      .field("imported", count(outcome.created))
      .field("updated", count(outcome.updated))
      .field("unchanged", count(outcome.unchanged))
      .field("failed", count(outcome.failed))
      .key("items")
      .beginArray();
  for (std::size_t i = 0; i < std::min(outcome.items.size(), maxItems); ++i) {
    const ImportOutcome::Item& item = outcome.items[i];
    writer.beginObject()
        .field("uid", item.uid)
        .field("summary", item.summary)
        .field("status", toText(item.status))
        .key("issues")
        .beginArray();
    for (const std::string& issue : item.issues) writer.string(issue);
    writer.endArray().endObject();
  }
  writer.endArray().endObject();
}

}  // namespace sw::calendar
