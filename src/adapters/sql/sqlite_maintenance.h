#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/sql/sqlite_backup.h"
#include "adapters/sql/sqlite_connection.h"
#include "adapters/sql/sqlite_writer.h"
#include "base/clock.h"

namespace sw::sql {

/// The thread that copies the write-ahead log into the database file, so that writers need not,
/// and makes the daily backup. Owned by `SqliteDatabase`.
class SqliteMaintenance {
 public:
  /// `clock` decides when a backup is due.
  SqliteMaintenance(std::unique_ptr<SqliteConnection> connection, SqliteOptions options,
                    const base::Clock& clock);
  ~SqliteMaintenance();

  /// Gives the writer that must pause when the log has grown too long. Before the first poke.
  void attach(SqliteWriter& writer) { writer_.store(&writer); }
  /// Ends the thread; the writer must still be there.
  void stop();

  /// Tells the length of the log; from the writer's thread.
  void logGrew(int pages);
  /// Makes the daily backup if it is due; as the thread itself does once a minute. Blocks.
  base::Result<bool> backUpIfDue();

  /// Told of a backup that failed, and of those that fail after it once an hour, until one is made.
  using FailureListener = std::function<void(const base::Error&)>;
  /// Called on the thread that makes the backup. Thread-safe; replaces the former one.
  void tellFailedBackups(FailureListener listener);

 private:
  void run();
  base::Result<bool> makeBackupIfDue(base::Instant now);
  void checkpoint(int pages);
  void copyLog(int mode);
  /// What has been copied into the database file goes to the disk. A failure shows in the next
  /// checkpoint, which synchronises again.
  void synchroniseFile();

  std::unique_ptr<SqliteConnection> connection_;
  const SqliteOptions options_;
  const base::Clock& clock_;
  std::atomic<SqliteWriter*> writer_{nullptr};
  std::mutex backupMutex_;  // one automatic backup at a time; guards the next two
  FailureListener failureListener_;
  std::optional<base::Instant> failureTold_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  int pages_ = 0;
  int asked_ = 0;  // length of the log when a checkpoint was last asked for
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::sql
