#include "calendar/calendar_importer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "calendar/import_item.h"
#include "jobs/event_types.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using Status = ImportOutcome::Status;

constexpr int kAttempts = 4;
/// An import that reads for long without staging says so this often.
constexpr std::chrono::seconds kHoldEvery{4};
constexpr std::size_t kItemsATurn = 64;
constexpr int kDiscardPiece = 128;

/// How many rows the next write takes: more where committing itself takes long.
class Pace {
 public:
  /// `each`: what a row costs the store, about.
  Pace(std::size_t least, std::size_t most, std::chrono::microseconds each)
      : least_(least), most_(most), each_(each), rows_(least) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// A write of so many rows took so long.
  void learn(std::size_t rows, std::chrono::nanoseconds took) {
    const auto commit = took - each_ * static_cast<std::int64_t>(rows);
    const double times = std::chrono::duration<double>(commit) / kQuick;
    rows_ = std::clamp(static_cast<std::size_t>(std::max(times, 0.0) * static_cast<double>(least_)),
                       least_, most_);
  }

 private:
  static constexpr std::chrono::duration<double> kQuick{0.008};

  std::size_t least_;
  std::size_t most_;
  std::chrono::microseconds each_;
  std::size_t rows_;
};

}  // namespace

/// One attempt to import one file.
class ImportRun {
 public:
  ImportRun(CalendarImporter& importer, const Calendar& calendar, CalendarFile& file,
            const jobs::Actor& actor, const CalendarImporter::Controls& controls)
      : stores_(importer.stores_),
        clock_(importer.clock_),
        calendar_(calendar),
        file_(file),
        actor_(actor),
        controls_(controls),
        now_(importer.clock_.now()),
        report_(file),
        last_(stores_.storage.begin()) {}

  /// The import that was begun, if it came to that.
  [[nodiscard]] const std::optional<base::Uuid>& import() const { return import_; }
  /// Whether another attempt may succeed where this one met a conflict.
  [[nodiscard]] bool mayRepeat() const { return mayRepeat_; }

  Task<Result<ImportOutcome>> run() {
    // What is written from here on by others, publishing compares with what was staged.
    SW_CO_TRY(const std::int64_t before, co_await stores_.changes.last(calendar_.ownerId));
    file_.rewind();
    std::size_t taken = 0;
    while (const auto item = file_.next()) {
      if (controls_.cancelled && controls_.cancelled()) {
        co_return Error(Code::kUnavailable, "the import was ended before it was whole");
      }
      if (controls_.progress) controls_.progress(taken, std::max(taken, file_.size()));
      SW_CO_CHECK(co_await take(*item));
      // Reads that never suspend resume each other; in a build without tail calls, as those of the
      // sanitizers are, their stack grows until the loop has had its turn.
      if (++taken % kItemsATurn == 0) co_await base::sleepFor({});
    }
    if (import_ && !piece_.empty()) SW_CO_CHECK(co_await stagePiece());
    putPiece();
    const ImportOutcome outcome = report_.finish();
    if (import_) stores_.imports.publish(*last_, *import_, calendar_, before, clock_.now());
    if (controls_.seal) controls_.seal(*last_, outcome);
    mayRepeat_ = true;
    SW_CO_CHECK(co_await last_->commit());
    co_return outcome;
  }

 private:
  Task<Result<void>> take(const ImportedItem& item) {
    ImportItem plan(stores_.events, clock_, calendar_.id, now_);
    const auto status = co_await plan.plan(item);
    if (!status.ok()) {
      if (status.error().code() != Code::kInvalid) co_return status.error();
      report_.add(item, Status::kFailed, status.error().describe());
      co_return Result<void>();
    }
    report_.add(item, *status);
    if (*status == Status::kUpdated) update(plan);
    if (*status == Status::kCreated) {
      for (ImportItem::Write& write : plan.writes()) {
        piece_.push_back(std::move(write));
        if (piece_.size() >= pace_.rows()) SW_CO_CHECK(co_await stagePiece());
      }
    }
    if (import_ && clock_.monotonic() - held_ > kHoldEvery) SW_CO_CHECK(co_await stagePiece());
    co_return Result<void>();
  }

  /// Changes of what is there already come with the last write.
  void update(ImportItem& plan) {
    for (const ImportItem::Write& write : plan.writes()) {
      stores_.events.put(*last_, write.record, write.searchText);
    }
    for (const EventRecord& gone : plan.removals()) stores_.events.remove(*last_, gone, now_);
    log(jobs::event_type::kCalendarEventUpdated, plan.writes().back().record);
  }

  /// New rows of an import too small to be staged.
  void putPiece() {
    for (const ImportItem::Write& write : piece_) {
      stores_.events.put(*last_, write.record, write.searchText);
      if (write.record.seriesId.isNil()) log(jobs::event_type::kCalendarEventCreated, write.record);
    }
    piece_.clear();
  }

  Task<Result<void>> stagePiece() {
    const auto unit = stores_.storage.begin();
    const base::Instant now = clock_.now();
    const bool first = !import_;
    if (first) {
      import_ = base::newUuid(clock_);
      stores_.imports.begin(*unit, *import_, calendar_, actor_, now);
    } else {
      stores_.imports.hold(*unit, *import_, now);
    }
    for (const ImportItem::Write& write : piece_) {
      stores_.imports.stage(*unit, *import_, write.record, write.searchText);
    }
    const std::size_t rows = piece_.size();
    piece_.clear();
    held_ = clock_.monotonic();
    const auto done = co_await unit->commit();
    pace_.learn(rows, clock_.monotonic() - held_);
    if (!done.ok() && first) import_.reset();
    co_return done;
  }

  void log(std::string_view type, const EventRecord& record) {
    stores_.changes.append(
        *last_, {calendar_.ownerId, 0, std::string(type), record.id, calendar_.id, record.revision,
                 now_, actor_.requestId, actor_.traceParent});
  }

  const CalendarImporter::Stores& stores_;
  const base::Clock& clock_;
  const Calendar& calendar_;
  CalendarFile& file_;
  const jobs::Actor& actor_;
  const CalendarImporter::Controls& controls_;
  const base::Instant now_;
  ImportReport report_;
  std::unique_ptr<jobs::UnitOfWork> last_;
  std::vector<ImportItem::Write> piece_;
  Pace pace_{CalendarImporter::kStagePiece, 512, std::chrono::microseconds(75)};
  std::optional<base::Uuid> import_;
  base::Monotonic held_{};
  bool mayRepeat_ = false;
};

Task<Result<ImportOutcome>> CalendarImporter::run(const Calendar& calendar, CalendarFile& file,
                                                  const jobs::Actor& actor,
                                                  const Controls& controls) {
  SW_CO_CHECK(co_await finishLeft(calendar.id));
  for (int tries = 1;; ++tries) {
    ImportRun attempt(*this, calendar, file, actor, controls);
    auto outcome = co_await attempt.run();
    if (outcome.ok()) {
      // Everything is visible and durable; what is left to do others would finish as well.
      if (attempt.import()) static_cast<void>(co_await settle(*attempt.import()));
      co_return outcome;
    }
    if (attempt.import()) static_cast<void>(co_await discard(*attempt.import()));
    const bool outrun = outcome.error().code() == Code::kConflict && attempt.mayRepeat();
    if (!outrun || tries == kAttempts) co_return outcome;
  }
}

Task<Result<void>> CalendarImporter::settle(base::Uuid import) {
  Pace pace(128, 1024, std::chrono::microseconds(30));
  for (int conflicts = 0;;) {
    const base::Monotonic begin = clock_.monotonic();
    const int limit = static_cast<int>(pace.rows());
    const auto settled = co_await stores_.imports.settle(import, limit, clock_.now());
    if (settled.ok() && *settled == 0) co_return Result<void>();
    pace.learn(pace.rows(), clock_.monotonic() - begin);
    if (settled.ok()) continue;
    const bool again = settled.error().code() == Code::kConflict && ++conflicts < kAttempts;
    if (!again) co_return settled.error();
  }
}

Task<Result<void>> CalendarImporter::discard(base::Uuid import) {
  for (;;) {
    const auto removed = co_await stores_.imports.discard(import, kDiscardPiece, clock_.now());
    if (!removed.ok()) co_return removed.error();
    if (*removed == 0) co_return Result<void>();
  }
}

Task<Result<std::size_t>> CalendarImporter::finishLeft(base::Uuid only) {
  SW_CO_TRY(const auto left, co_await stores_.imports.left(clock_.now()));
  std::size_t ended = 0;
  for (const ImportStore::Left& one : left) {
    if (!only.isNil() && one.calendarId != only) continue;
    Result<void> end;
    if (one.published) {
      end = co_await settle(one.id);
    } else {
      end = co_await discard(one.id);
    }
    // Another copy may have taken it over.
    if (!end.ok() && end.error().code() != Code::kConflict) co_return end.error();
    ++ended;
  }
  co_return ended;
}

}  // namespace sw::calendar
