#pragma once

#include <atomic>
#include <coroutine>
#include <deque>
#include <memory>
#include <vector>

#include "adapters/sql/database.h"
#include "adapters/sql/pg_connection.h"
#include "base/loop.h"

namespace sw::sql {

/// What all pools of a database have in use together.
struct PgUse {
  std::atomic<std::int64_t> active{0};
  std::atomic<std::int64_t> waiting{0};
};

/// The connections of one thread, so that no lock is needed and none moves between loops. Owned
/// by `PostgresDatabase`, used on its thread only.
class PgPool {
 public:
  PgPool(const PostgresOptions& options, PgWatchdog& dog, PgUse& use)
      : options_(options), dog_(dog), use_(use) {}

  /// A connection for the caller alone, given back by `release`. Waits in line when all are in
  /// use; `kUnavailable` when the line is too long or a new connection cannot be made.
  base::Task<base::Result<std::unique_ptr<PgConnection>>> acquire();
  void release(std::unique_ptr<PgConnection> connection);
  /// Whether `acquire` would be refused, since too many are waiting.
  [[nodiscard]] bool isFull() const {
    return waiters_.size() >= options_.waitingLimit && free() <= 0;
  }

 private:
  struct Waiter {
    base::Loop* loop;
    std::coroutine_handle<> handle;
  };
  struct Turn;

  /// Places that nobody has or is promised.
  [[nodiscard]] int free() const {
    return static_cast<int>(idle_.size()) + options_.connectionsPerThread - open_ - promised_;
  }

  const PostgresOptions& options_;
  PgWatchdog& dog_;
  PgUse& use_;
  int open_ = 0;      // connections that exist or are being made
  int promised_ = 0;  // places handed to waiters that have not run yet
  std::vector<std::unique_ptr<PgConnection>> idle_;
  std::deque<Waiter*> waiters_;
};

}  // namespace sw::sql
