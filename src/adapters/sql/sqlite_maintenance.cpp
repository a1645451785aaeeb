#include "adapters/sql/sqlite_maintenance.h"

#include <pthread.h>

#include <utility>

namespace sw::sql {
namespace {

constexpr std::chrono::minutes kBackupLookout{1};
// How long writers may be held for a reader that still needs the log, as a backup does for all
// its time; then the log grows on until the next try.
constexpr std::chrono::milliseconds kRestartPatience{10};
constexpr std::string_view kDaily = "daily";

}  // namespace

SqliteMaintenance::SqliteMaintenance(std::unique_ptr<SqliteConnection> connection,
                                     SqliteOptions options, const base::Clock& clock)
    : connection_(std::move(connection)), options_(std::move(options)), clock_(clock) {
  sqlite3_busy_timeout(connection_->handle(), static_cast<int>(kRestartPatience.count()));
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "sql-checkpoint");
}

SqliteMaintenance::~SqliteMaintenance() { stop(); }

void SqliteMaintenance::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SqliteMaintenance::logGrew(int pages) {
  {
    const std::lock_guard lock(mutex_);
    if (pages < asked_) asked_ = 0;  // the log has started again
    if (pages - asked_ < options_.checkpointPages) return;
    asked_ = pages;
    pages_ = pages;
  }
  wake_.notify_one();
}

void SqliteMaintenance::run() {
  for (;;) {
    int pages = 0;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kBackupLookout, [this] { return stopping_ || pages_ > 0; });
      if (stopping_) return;
      pages = std::exchange(pages_, 0);
    }
    if (pages > 0) {
      checkpoint(pages);
    } else {
      // A failure here is tried again a minute later; the age of the newest backup shows it.
      static_cast<void>(backUpIfDue());
    }
  }
}

// A passive checkpoint disturbs nobody, but the log starts again at its beginning only when one
// has copied all of it. Under steady writes that never happens by itself, so at some length the
// writer is held for the short rest that is left after a passive one.
void SqliteMaintenance::checkpoint(int pages) {
  const auto copy = [this](int mode) {
    sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  };
  copy(SQLITE_CHECKPOINT_PASSIVE);
  SqliteWriter* writer = writer_.load();
  if (pages < options_.restartPages || writer == nullptr) return;
  writer->exclusively([&](SqliteConnection&) { copy(SQLITE_CHECKPOINT_RESTART); });
}

base::Result<bool> SqliteMaintenance::backUpIfDue() {
  if (options_.backups.empty() || options_.backupInterval.count() <= 0) return false;
  const std::lock_guard lock(backupMutex_);
  BackupFolder folder(options_.backups, options_.backupsKept);
  const base::Instant now = clock_.now();
  const auto newest = folder.newest(kDaily);
  if (newest && now - *newest < options_.backupInterval) return false;
  SW_TRY(const auto made, folder.add(options_, kDaily, now));
  return !made.empty();
}

}  // namespace sw::sql
