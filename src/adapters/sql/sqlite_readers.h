#pragma once

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/sql/database.h"
#include "adapters/sql/sqlite_connection.h"
#include "base/loop.h"

namespace sw::sql {

/// Reading connections to one SQLite file: one for each thread that reads, opened at its first
/// read and passed on when the thread ends. Owned by `SqliteDatabase`; thread-safe. All reads
/// must have ended before it is destroyed.
///
/// Beginning and ending a read transaction takes locks that all connections of the process share,
/// which costs more than a short query. So the reads of one round of a loop share a transaction,
/// unless the file is written meanwhile: a read sees what was committed before it began.
class SqliteThreadReaders {
 public:
  /// `commits` counts what this process commits; must outlive it.
  SqliteThreadReaders(SqliteOptions options, const std::atomic<std::uint64_t>& commits);
  ~SqliteThreadReaders();
  SqliteThreadReaders(const SqliteThreadReaders&) = delete;
  SqliteThreadReaders& operator=(const SqliteThreadReaders&) = delete;

  /// Runs the query on this thread's connection; blocks. Errors as `Database::read`.
  /// `rows`, where it is not null, becomes how many there were.
  base::Result<void> read(const Statement& statement, Params params, const RowSink& sink,
                          std::int64_t* rows = nullptr);

  [[nodiscard]] std::int64_t active() const { return active_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t opened() const;

 private:
  struct Reader;
  struct Shared;
  struct ThreadCache;
  base::Result<Reader*> ofThisThread();
  base::Result<void> share(Reader& reader, base::Loop& loop);

  const SqliteOptions options_;
  const std::atomic<std::uint64_t>& commits_;
  std::shared_ptr<Shared> shared_;
  std::atomic<std::int64_t> active_{0};
};

/// A read on its way through the pool; lives in the frame of the coroutine that waits for it.
struct PendingRead {
  const Statement& statement;
  Params params;
  RowSink sink;
  base::Loop* loop = nullptr;
  std::coroutine_handle<> handle;
  base::Result<void> outcome;
  std::int64_t rows = 0;
};

/// The threads that run long reads, so that loops never block on them. Owned by
/// `SqliteDatabase`; thread-safe.
class SqliteReadPool {
 public:
  SqliteReadPool(SqliteThreadReaders& readers, const SqliteOptions& options);
  /// Ends the threads after what is queued has run.
  ~SqliteReadPool();

  /// False, and nothing queued, when the queue is full.
  [[nodiscard]] bool submit(PendingRead& read);
  [[nodiscard]] std::int64_t waiting() const;

 private:
  void run();

  SqliteThreadReaders& readers_;
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<PendingRead*> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sw::sql
