#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapters/sql/value.h"
#include "adapters/sql/write_batch.h"
#include "base/result.h"

namespace sw::sql {

/// How a SQLite file is opened and tuned.
struct SqliteOptions {
  std::filesystem::path file;
  std::string vfs;  // a registered VFS; empty for SQLite's own
  std::chrono::milliseconds busyTimeout{5000};
  std::chrono::milliseconds readDeadline{10000};
  int writerCacheKib = 8 << 10;  // more makes commits slower, which walk over all of it
  int readerCacheKib = 8 << 10;
  std::size_t queueLimit = 4096;  // waiting write batches, then kUnavailable
  std::size_t groupLimit = 256;   // batches that share one commit
  int longReaders = 2;            // threads for long reads
  std::size_t longReadLimit = 256;
  int checkpointPages = 8000;     // of the log; then the checkpoint thread copies them
  int restartPages = 16000;       // of the log; then writers wait until it starts again
  bool checkAfterCrash = true;    // quick_check when the last stop was not clean
  std::filesystem::path backups;  // folder of automatic backups; empty for none
  int backupsKept = 7;
  std::chrono::milliseconds backupInterval{std::chrono::days(1)};  // zero: none by the clock
};

/// What SQLite's result code means for a caller, with SQLite's words in the message.
base::Error sqliteError(int code, sqlite3* connection, std::string_view doing);

/// One connection with its prepared statements. Used by one thread at a time; blocks.
class SqliteConnection {
 public:
  enum class Role { kWriter, kReader, kMaintenance };

  /// Opens (and for a writer creates) the file. `busy_timeout` is set before anything else, then
  /// WAL, `synchronous=FULL` and foreign keys. Fails with `kIo`, `kCorrupted`, `kUnavailable`.
  static base::Result<std::unique_ptr<SqliteConnection>> open(const SqliteOptions& options,
                                                              Role role);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  /// Runs a script without parameters.
  base::Result<void> execute(const char* script);
  /// Runs one statement to its end. Rows go to `sink` when there is one. A broken constraint
  /// gives `kConflict`.
  base::Result<StatementOutcome> run(const Statement& statement, Params params,
                                     const RowSink* sink);
  /// The first column of the first row of a query without parameters.
  base::Result<std::int64_t> number(const char* query);

  /// Reads that run past this moment end with `kTimeout`; none for no limit.
  void setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
    deadline_ = deadline;
  }

  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}
  base::Result<sqlite3_stmt*> prepare(const Statement& statement);
  base::Result<void> tune(const SqliteOptions& options, Role role);

  sqlite3* handle_;
  std::unordered_map<const Statement*, sqlite3_stmt*> statements_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace sw::sql
