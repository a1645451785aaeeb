#pragma once

#include <memory>

#include "base/result.h"
#include "base/task.h"

namespace sw::jobs {

/// Everything one piece of work writes, collected first and then committed whole or not at all.
/// Stores add to it (`events.put(unit, …)`), together with what must hold for the write to be
/// right: the revision a row still has, a key that is still free. Made by `Storage`, used by one
/// coroutine, committed once.
///
/// Writes are data rather than code in a transaction, so that a store can commit many units of
/// many callers with one fsync, or send them in one round trip (docs/adr/0005).
class UnitOfWork {
 public:
  UnitOfWork() = default;
  UnitOfWork(const UnitOfWork&) = delete;
  UnitOfWork& operator=(const UnitOfWork&) = delete;
  virtual ~UnitOfWork() = default;

  /// Makes it all durable. Suspends until it is; after success nothing of it can be lost.
  /// - `kConflict`: another writer was faster, a guard no longer holds; nothing was written, and
  ///   reading again and retrying is right.
  /// - the guard's own code where the store was given one (as `kPreconditionFailed`).
  /// - `kUnavailable`: the queue of the store is full, or the database is away; nothing written.
  virtual base::Task<base::Result<void>> commit() = 0;
  /// Whether nothing has been added, so that there is nothing to commit.
  [[nodiscard]] virtual bool empty() const = 0;
};

/// Where units of work come from. Thread-safe.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  virtual std::unique_ptr<UnitOfWork> begin() = 0;
};

}  // namespace sw::jobs
