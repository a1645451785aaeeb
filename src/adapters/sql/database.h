#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/sql/statement.h"
#include "adapters/sql/value.h"
#include "adapters/sql/write_batch.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::sql {

enum class Pool { kRead, kWrite };

/// A read or a write batch as whoever asked for it saw it.
struct AnsweredQuery {
  std::string_view name;  // of the statement; of a batch's first one
  Operation operation;    // kTransaction: a batch
  std::size_t statements;
  std::chrono::steady_clock::time_point asked;
  std::chrono::steady_clock::time_point answered;
  const base::Error* error;  // null: it went well
};

/// Told of every query, from whichever thread ran it; must be fast and thread-safe. Implemented
/// by the composition root, which turns calls into metrics and spans.
class SqlObserver {
 public:
  SqlObserver() = default;
  SqlObserver(const SqlObserver&) = delete;
  SqlObserver& operator=(const SqlObserver&) = delete;
  virtual ~SqlObserver() = default;

  /// One read, or one write batch (`kTransaction`), with the time it waited for its turn.
  virtual void queryFinished(Operation operation, std::chrono::nanoseconds duration, bool ok) = 0;
  /// So many batches shared one commit; `waited` is the longest wait in the queue among them.
  virtual void writesGrouped(std::size_t batches, std::chrono::nanoseconds waited) = 0;
  /// The outcome of a read or batch is there. Told on the thread that asked, in the context of
  /// whoever asked (`base::currentContext`).
  virtual void queryAnswered(const AnsweredQuery&) {}
  /// A query was refused, since the queue of its pool is full.
  virtual void queueRejected(Pool pool) = 0;
};

class SlowQueryLog;

/// How far a pool of connections is used at this moment.
struct PoolUse {
  std::int64_t active = 0;   // connections that work
  std::int64_t max = 0;      // connections there may be
  std::int64_t waiting = 0;  // callers that wait for one; for writes, batches in the queue
};

/// How long a read can take: decides whether it may run on the thread of the caller.
enum class ReadKind {
  kShort,  // bounded by an index; well under a millisecond
  kLong,   // grows with what a user has; goes to a bounded pool where that would block a loop
};

/// The engine under the repositories: runs statements, knows no domain. Owned by the composition
/// root and outlives what uses it. Thread-safe. Awaiting a write or a long read needs a
/// `base::Loop` on the thread, where it goes on.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  [[nodiscard]] virtual Dialect dialect() const = 0;

  /// Hands every row to `sink`, which must not throw, suspend or call the database, and which for
  /// a long read may be called on another thread while the caller waits. `kUnavailable` when the
  /// pool's queue is full or the database is away, `kTimeout` past the deadline, `kCorrupted`,
  /// `kIo`; the sink may have seen rows by then.
  virtual base::Task<base::Result<void>> read(const Statement& statement, Params params,
                                              RowSink sink, ReadKind kind = ReadKind::kShort) = 0;

  /// Commits the batch durably, whole or not at all. Fails with the first broken expectation's
  /// code, `kUnavailable` when the queue is full or the database is away, `kIo`, `kCorrupted`.
  /// `kTimeout` alone leaves open whether the batch was committed.
  virtual base::Task<base::Result<WriteOutcome>> write(WriteBatch batch) = 0;

  [[nodiscard]] virtual PoolUse poolUse(Pool pool) const = 0;
  /// One trivial query on a connection of its own kind, for the health prober.
  virtual base::Task<base::Result<void>> ping() = 0;

  /// Tells `log` of what takes long. Before the first query; the log must outlive this.
  void tellSlowQueries(SlowQueryLog& log) { slowQueries_ = &log; }

 protected:
  SlowQueryLog* slowQueries_ = nullptr;
};

/// The first row as `map` sees it, or nothing.
template <class T, class Map>
base::Task<base::Result<std::optional<T>>> readOne(Database& database, const Statement& statement,
                                                   Params params, Map map) {
  std::optional<T> found;
  auto sink = [&](const Row& row) {
    if (!found) found.emplace(map(row));
  };
  SW_CO_CHECK(co_await database.read(statement, params, sink));
  co_return found;
}

/// All rows as `map` sees them.
template <class T, class Map>
base::Task<base::Result<std::vector<T>>> readAll(Database& database, const Statement& statement,
                                                 Params params, Map map,
                                                 ReadKind kind = ReadKind::kShort) {
  std::vector<T> found;
  auto sink = [&](const Row& row) { found.push_back(map(row)); };
  SW_CO_CHECK(co_await database.read(statement, params, sink, kind));
  co_return found;
}

}  // namespace sw::sql
