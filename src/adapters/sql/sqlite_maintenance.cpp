#include "adapters/sql/sqlite_maintenance.h"

#include <pthread.h>

#include <utility>

namespace sw::sql {
namespace {

constexpr std::chrono::minutes kBackupLookout{1};
// How long writers may be held for a reader that still needs the log, as a backup does for all
// its time; then the log grows on until the next try.
constexpr std::chrono::milliseconds kRestartPatience{10};
constexpr std::chrono::microseconds kReaderLookout{100};  // how long a usual read takes at most
constexpr std::string_view kDaily = "daily";
constexpr std::chrono::hours kTellAgain{1};

// SQLite's own waiting looks again after 1, 2, 5 ms, for which writers would be held.
int waitForReaders(void* /*context*/, int tries) {
  if (tries >= kRestartPatience / kReaderLookout) return 0;
  std::this_thread::sleep_for(kReaderLookout);
  return 1;
}

}  // namespace

SqliteMaintenance::SqliteMaintenance(std::unique_ptr<SqliteConnection> connection,
                                     SqliteOptions options, const base::Clock& clock)
    : connection_(std::move(connection)), options_(std::move(options)), clock_(clock) {
  sqlite3_busy_handler(connection_->handle(), waitForReaders, nullptr);
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
      // A failure has been told, and is tried again a minute later.
      static_cast<void>(backUpIfDue());
    }
  }
}

// A passive checkpoint disturbs nobody, but the log starts again at its beginning only when one
// has copied all of it. Under steady writes that never happens by itself, so at some length the
// writer is held for the short rest that is left after passive ones. SQLite synchronises the
// database file only in the checkpoint that reaches the log's end, which would be the held one: so
// what a passive one has copied is brought to the disk here, and the rest costs little then.
void SqliteMaintenance::checkpoint(int pages) {
  copyLog(SQLITE_CHECKPOINT_PASSIVE);
  synchroniseFile();
  SqliteWriter* writer = writer_.load();
  if (pages < options_.restartPages || writer == nullptr) return;
  // Once more for what was written meanwhile.
  copyLog(SQLITE_CHECKPOINT_PASSIVE);
  synchroniseFile();
  writer->exclusively([this](SqliteConnection&) { copyLog(SQLITE_CHECKPOINT_RESTART); });
}

void SqliteMaintenance::copyLog(int mode) {
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
}

void SqliteMaintenance::synchroniseFile() {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_FILE_POINTER,
                       static_cast<void*>(&file));
  if (file == nullptr || file->pMethods == nullptr) return;
  file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

void SqliteMaintenance::tellFailedBackups(FailureListener listener) {
  const std::lock_guard lock(backupMutex_);
  failureListener_ = std::move(listener);
}

base::Result<bool> SqliteMaintenance::backUpIfDue() {
  if (options_.backups.empty() || options_.backupInterval.count() <= 0) return false;
  const std::lock_guard lock(backupMutex_);
  const base::Instant now = clock_.now();
  auto made = makeBackupIfDue(now);
  if (made.ok()) {
    if (*made) failureTold_.reset();
  } else if (failureListener_ && (!failureTold_ || now - *failureTold_ >= kTellAgain)) {
    failureTold_ = now;
    failureListener_(made.error());
  }
  return made;
}

base::Result<bool> SqliteMaintenance::makeBackupIfDue(base::Instant now) {
  BackupFolder folder(options_.backups, options_.backupsKept);
  const auto newest = folder.newest(kDaily);
  if (newest && now - *newest < options_.backupInterval) return false;
  SW_TRY(const auto made, folder.add(options_, kDaily, now));
  return !made.empty();
}

}  // namespace sw::sql
