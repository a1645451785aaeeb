#include "calendar/calendar_importer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/json.h"
#include "calendar/event_record.h"

namespace sw::calendar {

using Status = ImportOutcome::Status;

/// The import of one item, that is of all that stands under one UID.
class ItemImport {
 public:
  ItemImport(CalendarImporter& importer, jobs::UnitOfWork& unit, const Calendar& calendar,
             const Actor& actor, base::Instant now)
      : importer_(importer), unit_(unit), calendar_(calendar), actor_(actor), now_(now) {}

  base::Task<base::Result<Status>> apply(const ImportedItem& item) {
    SW_CO_CHECK(co_await load(item.uid));
    const bool known = master_.has_value();
    Event master = known ? *master_ : newEvent(item.uid);
    const bool masterChanged = !known || master.content != item.master.content;
    master.content = item.master.content;
    if (!known && item.master.created) master.created = *item.master.created;

    SW_CO_TRY(const bool overridesChanged, applyOverrides(item, master.id));
    if (!masterChanged && !overridesChanged) co_return Status::kUnchanged;
    SW_CO_TRY(const EventRecord record, prepare(master));
    flush();
    log(known ? "calendar.event.updated" : "calendar.event.created", record);
    co_return known ? Status::kUpdated : Status::kCreated;
  }

 private:
  Event newEvent(const std::string& uid) const {
    Event event;
    event.id = base::newUuid(importer_.clock_);
    event.calendarId = calendar_.id;
    event.icalUid = uid;
    event.created = now_;
    return event;
  }

  base::Task<base::Result<void>> load(const std::string& uid) {
    std::optional<base::Error> damaged;
    const EventVisitor visitor = [&](const EventRow& row) {
      auto event = toEvent(row);
      if (!event.ok()) {
        damaged = event.error();
      } else if (event->seriesId) {
        const OccurrenceKey key = *event->originalKey;
        overrides_[key] = *std::move(event);
      } else {
        master_ = *std::move(event);
      }
    };
    SW_CO_CHECK(co_await importer_.events_.byUid(calendar_.id, uid, visitor));
    if (damaged) co_return *damaged;
    co_return base::Result<void>();
  }

  /// Answers whether anything had to be written.
  base::Result<bool> applyOverrides(const ImportedItem& item, base::Uuid seriesId) {
    bool changed = false;
    for (const ImportedOverride& imported : item.overrides) {
      const auto known = overrides_.find(imported.originalKey);
      Event event = known == overrides_.end() ? newEvent(item.uid) : known->second;
      const bool same = known != overrides_.end() && event.content == imported.event.content;
      if (known != overrides_.end()) overrides_.erase(known);
      if (same) continue;
      event.seriesId = seriesId;
      event.originalStart = imported.originalStart;
      event.originalKey = imported.originalKey;
      event.content = imported.event.content;
      SW_TRY([[maybe_unused]] const EventRecord record, prepare(event));
      changed = true;
    }
    for (const auto& [key, gone] : overrides_) {
      SW_TRY(EventRecord record, toRecord(gone));
      removals_.push_back(std::move(record));
      changed = true;
    }
    return changed;
  }

  /// Works out the row; it is written by `flush` once every row of the item could be.
  base::Result<EventRecord> prepare(Event& event) {
    ++event.revision;
    event.updated = now_;
    SW_TRY(const EventRecord record, toRecord(event));
    writes_.emplace_back(record, searchTextOf(event.content));
    return record;
  }

  void flush() {
    for (const auto& [record, text] : writes_) importer_.events_.put(unit_, record, text);
    for (const EventRecord& record : removals_) importer_.events_.remove(unit_, record, now_);
  }

  void log(const char* type, const EventRecord& record) {
    importer_.changes_.append(unit_, {calendar_.ownerId, 0, type, record.id, calendar_.id,
                                      record.revision, now_, actor_.requestId, actor_.traceParent});
  }

  CalendarImporter& importer_;
  jobs::UnitOfWork& unit_;
  const Calendar& calendar_;
  const Actor& actor_;
  base::Instant now_;
  std::optional<Event> master_;
  std::map<OccurrenceKey, Event> overrides_;
  std::vector<std::pair<EventRecord, std::string>> writes_;  // with their search texts
  std::vector<EventRecord> removals_;
};

namespace {

/// The file's issues by the item they speak of.
std::map<std::string, std::vector<const ImportIssue*>> issuesByUid(const ImportedCalendar& file) {
  std::map<std::string, std::vector<const ImportIssue*>> byUid;
  for (const ImportIssue& issue : file.issues) byUid[issue.uid].push_back(&issue);
  return byUid;
}

std::string textOf(const ImportIssue& issue) {
  return issue.line == 0 ? issue.problem
                         : "line " + std::to_string(issue.line) + ": " + issue.problem;
}

/// Names what was skipped: issues of items that the file has nothing readable of.
void addSkipped(ImportOutcome& outcome,
                const std::map<std::string, std::vector<const ImportIssue*>>& rest) {
  for (const auto& [uid, issues] : rest) {
    ImportOutcome::Item item{uid, issues.front()->summary, Status::kUnchanged, {}};
    std::size_t skipped = 0;
    for (const ImportIssue* issue : issues) {
      if (issue->kind == ImportIssue::Kind::kSkipped) ++skipped;
      item.issues.push_back(textOf(*issue));
    }
    if (skipped > 0) item.status = Status::kFailed;
    outcome.failed += uid.empty() ? skipped : std::min<std::size_t>(skipped, 1);
    outcome.items.push_back(std::move(item));
  }
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

base::Task<base::Result<ImportOutcome>> CalendarImporter::apply(jobs::UnitOfWork& unit,
                                                                const Calendar& calendar,
                                                                const ImportedCalendar& file,
                                                                const Actor& actor) {
  ImportOutcome outcome;
  auto issues = issuesByUid(file);
  const base::Instant now = clock_.now();
  for (const ImportedItem& item : file.items) {
    ItemImport import(*this, unit, calendar, actor, now);
    auto status = co_await import.apply(item);
    ImportOutcome::Item report{item.uid, item.master.content.summary, Status::kFailed, {}};
    if (status.ok()) {
      report.status = *status;
    } else if (status.error().code() == base::Code::kInvalid) {
      report.issues.push_back(status.error().describe());
    } else {
      co_return status.error();
    }
    switch (report.status) {
      case Status::kCreated: ++outcome.created; break;
      case Status::kUpdated: ++outcome.updated; break;
      case Status::kUnchanged: ++outcome.unchanged; break;
      case Status::kFailed: ++outcome.failed; break;
    }
    if (const auto told = issues.find(item.uid); told != issues.end()) {
      for (const ImportIssue* issue : told->second) report.issues.push_back(textOf(*issue));
      issues.erase(told);
    }
    if (!report.issues.empty()) outcome.items.push_back(std::move(report));
  }
  addSkipped(outcome, issues);
  co_return outcome;
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
