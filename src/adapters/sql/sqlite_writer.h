#pragma once

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "adapters/sql/database.h"
#include "adapters/sql/sqlite_connection.h"
#include "base/loop.h"

namespace sw::sql {

/// A batch on its way through the writer; lives in the frame of the coroutine that waits for it.
struct PendingWrite {
  WriteBatch batch;
  base::Loop* loop = nullptr;
  std::coroutine_handle<> handle;
  std::chrono::steady_clock::time_point queued;
  std::optional<base::Result<WriteOutcome>> outcome;
};

/// The one thread that writes to a SQLite file. Takes everything that waits, runs it in one
/// transaction and commits once, so that many callers share one fsync; while that runs, the next
/// group gathers. Owned by `SqliteDatabase`.
class SqliteWriter {
 public:
  /// `commits` is raised by each commit before its callers go on. `afterCommit` is told the
  /// length of the write-ahead log in pages, on the writer's thread.
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, const SqliteOptions& options,
               SqlObserver* observer, std::atomic<std::uint64_t>& commits,
               std::function<void(int)> afterCommit);
  /// Commits what still waits, then ends the thread.
  ~SqliteWriter();

  /// Queues the batch; its coroutine is resumed on its loop when the outcome is there. False,
  /// and nothing queued, when the queue is full. Thread-safe.
  [[nodiscard]] bool submit(PendingWrite& write);

  /// Runs `work` with the connection while no group is running; blocks until it has its turn.
  template <class Work>
  auto exclusively(Work work) {
    std::unique_lock turn(turn_);
    const std::lock_guard lock(gate_);
    turn.unlock();
    return work(*connection_);
  }

  [[nodiscard]] PoolUse use() const;

 private:
  void run();
  void commitGroup(std::span<PendingWrite* const> group);
  bool tryGroup(std::span<PendingWrite* const> group, bool savepoints);
  base::Result<WriteOutcome> runBatch(const WriteBatch& batch, bool& changed);
  void finish(std::span<PendingWrite* const> group, std::chrono::steady_clock::time_point started);

  std::unique_ptr<SqliteConnection> connection_;
  const std::size_t queueLimit_;
  const std::size_t groupLimit_;
  SqlObserver* const observer_;
  std::atomic<std::uint64_t>& commits_;
  const std::function<void(int)> afterCommit_;

  // The gate is held while a group runs, or someone else has the connection. Who wants it holds
  // the turn until they have it, so that a busy writer cannot take it again and again before them.
  std::mutex turn_;
  std::mutex gate_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<PendingWrite*> queue_;
  bool sleeping_ = false;
  bool stopping_ = false;
  std::atomic<bool> working_{false};
  std::thread thread_;
};

}  // namespace sw::sql
