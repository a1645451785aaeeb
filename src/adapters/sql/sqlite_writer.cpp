#include "adapters/sql/sqlite_writer.h"

#include <pthread.h>

#include <utility>

#include "adapters/sql/completion.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

constexpr Statement kBegin{"tx.begin", Operation::kTransaction, "BEGIN IMMEDIATE", "BEGIN"};
constexpr Statement kCommit{"tx.commit", Operation::kTransaction, "COMMIT"};
constexpr Statement kRollback{"tx.rollback", Operation::kTransaction, "ROLLBACK"};
constexpr Statement kSavepoint{"tx.savepoint", Operation::kTransaction, "SAVEPOINT one_batch"};
constexpr Statement kRelease{"tx.release", Operation::kTransaction, "RELEASE one_batch"};
constexpr Statement kUndo{"tx.undo", Operation::kTransaction, "ROLLBACK TO one_batch"};

bool failed(const PendingWrite& write) { return write.outcome && !write.outcome->ok(); }

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection,
                           const SqliteOptions& options, SqlObserver* observer,
                           std::atomic<std::uint64_t>& commits,
                           std::function<void(int)> afterCommit)
    : connection_(std::move(connection)),
      queueLimit_(options.queueLimit),
      groupLimit_(options.groupLimit),
      observer_(observer),
      commits_(commits),
      afterCommit_(std::move(afterCommit)) {
  sqlite3_wal_hook(
      connection_->handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteWriter*>(self)->afterCommit_(pages);
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "sql-writer");
}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool SqliteWriter::submit(PendingWrite& write) {
  write.queued = SteadyClock::now();
  bool mustWake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queueLimit_) return false;
    queue_.push_back(&write);
    mustWake = std::exchange(sleeping_, false);
  }
  // The coroutine may be running again by now: `write` must not be touched.
  if (mustWake) wake_.notify_one();
  return true;
}

PoolUse SqliteWriter::use() const {
  PoolUse use;
  use.max = 1;
  use.active = working_.load(std::memory_order_relaxed) ? 1 : 0;
  const std::lock_guard lock(mutex_);
  use.waiting = static_cast<std::int64_t>(queue_.size());
  return use;
}

void SqliteWriter::run() {
  std::vector<PendingWrite*> group;
  for (;;) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      while (queue_.empty()) {
        if (stopping_) return;
        sleeping_ = true;
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        sleeping_ = false;
      }
      while (!queue_.empty() && group.size() < groupLimit_) {
        group.push_back(queue_.front());
        queue_.pop_front();
      }
    }
    const auto started = SteadyClock::now();
    {
      std::unique_lock turn(turn_);
      const std::lock_guard lock(gate_);
      turn.unlock();
      working_.store(true, std::memory_order_relaxed);
      commitGroup(group);
      working_.store(false, std::memory_order_relaxed);
    }
    finish(group, started);
  }
}

// Batches run one after the other without savepoints, because those make FTS5 write its pending
// terms for each batch instead of once a commit. A batch that fails before it has changed
// anything, as one with a stale revision does, is just left out. If one fails later, the group is
// undone and runs once more without it, now with savepoints, so the work is at most doubled. The
// outcome of the batches before it is the same the second time, so its failure stays right.
void SqliteWriter::commitGroup(std::span<PendingWrite* const> group) {
  if (!tryGroup(group, false)) tryGroup(group, true);
}

bool SqliteWriter::tryGroup(std::span<PendingWrite* const> group, bool savepoints) {
  const auto failAll = [&](const Error& error) {
    // A transaction that is still open would hold the lock for ever.
    if (sqlite3_get_autocommit(connection_->handle()) == 0) {
      static_cast<void>(connection_->run(kRollback, {}, nullptr));
    }
    for (PendingWrite* write : group) {
      if (!failed(*write)) write->outcome = error;
    }
    return true;
  };
  if (auto begun = connection_->run(kBegin, {}, nullptr); !begun.ok())
    return failAll(begun.error());
  for (PendingWrite* write : group) {
    if (failed(*write)) continue;
    if (savepoints) {
      if (auto set = connection_->run(kSavepoint, {}, nullptr); !set.ok()) {
        return failAll(set.error());
      }
    }
    bool changed = false;
    write->outcome = runBatch(write->batch, changed);
    // Full disks and the like end the whole transaction (sqlite.org/lang_transaction.html).
    if (sqlite3_get_autocommit(connection_->handle()) != 0) {
      return failAll(write->outcome->ok() ? Error(Code::kIo, "the transaction was undone")
                                          : write->outcome->error());
    }
    if (savepoints) {
      if (failed(*write)) {
        if (auto undone = connection_->run(kUndo, {}, nullptr); !undone.ok()) {
          return failAll(undone.error());
        }
      }
      if (auto ended = connection_->run(kRelease, {}, nullptr); !ended.ok()) {
        return failAll(ended.error());
      }
    } else if (failed(*write) && changed) {
      if (auto undone = connection_->run(kRollback, {}, nullptr); !undone.ok()) {
        return failAll(undone.error());
      }
      return false;
    }
  }
  if (auto done = connection_->run(kCommit, {}, nullptr); !done.ok()) return failAll(done.error());
  commits_.fetch_add(1, std::memory_order_release);
  return true;
}

Result<WriteOutcome> SqliteWriter::runBatch(const WriteBatch& batch, bool& changed) {
  WriteOutcome outcome;
  outcome.reserve(batch.entries().size());
  auto last = observer_ != nullptr ? SteadyClock::now() : SteadyClock::time_point{};
  for (const WriteBatch::Entry& entry : batch.entries()) {
    auto done = connection_->run(*entry.statement, batch.params(entry), nullptr);
    if (observer_ != nullptr) {
      const auto now = SteadyClock::now();
      observer_->queryFinished(entry.statement->operation, now - last, done.ok());
      last = now;
    }
    if (!done.ok()) {
      if (done.error().code() != Code::kConflict) return done.error();
      return done.error().wrap(entry.expectation.code, std::string(entry.expectation.tag));
    }
    if (entry.statement->operation != Operation::kSelect && done->rows > 0) changed = true;
    if (!entry.expectation.holds(done->rows)) return entry.expectation.failure();
    outcome.push_back(*done);
  }
  return outcome;
}

void SqliteWriter::finish(std::span<PendingWrite* const> group, SteadyClock::time_point started) {
  if (observer_ != nullptr) {
    const auto now = SteadyClock::now();
    for (const PendingWrite* write : group) {
      observer_->queryFinished(Operation::kTransaction, now - write->queued, write->outcome->ok());
    }
    observer_->writesGrouped(group.size(), started - group.front()->queued);
  }
  Completions completions;
  for (const PendingWrite* write : group) completions.add(*write->loop, write->handle);
  completions.post();
}

}  // namespace sw::sql
