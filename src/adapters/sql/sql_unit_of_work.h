#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/sql/database.h"
#include "adapters/sql/put_listener.h"
#include "jobs/change_log.h"
#include "jobs/relay_observer.h"
#include "jobs/unit_of_work.h"

namespace sw::sql {

/// A unit of work on a `Database`: the batch it will commit, and what the batch needs once only
/// however often stores ask for it. Used by one coroutine.
class SqlUnitOfWork final : public jobs::UnitOfWork {
 public:
  /// `observer` is told of the users whose logs grew with the commit; null: nobody is.
  explicit SqlUnitOfWork(Database& database, jobs::ChangeObserver* observer = nullptr)
      : database_(database), observer_(observer) {}

  /// The unit as its own class. Every unit that reaches a store here was begun by `SqlStorage`.
  static SqlUnitOfWork& of(jobs::UnitOfWork& unit) { return static_cast<SqlUnitOfWork&>(unit); }

  void add(const Statement& statement, Params params, Expectation expectation = {}) {
    batch_.add(statement, params, expectation);
  }
  void guard(const Statement& statement, Params params, Expectation expectation) {
    batch_.addGuard(statement, params, expectation);
  }
  /// See `WriteBatch::addAfterChecks`.
  void addAfterChecks(const Statement& statement, Params params, Expectation expectation) {
    batch_.addAfterChecks(statement, params, expectation);
  }
  /// At commit the calendar's `event_version` grows by one; a calendar that is gone is a conflict.
  void touchCalendar(const base::Uuid& id);
  /// At commit the change gets the next number of its user.
  void append(jobs::Change change) { changes_.push_back(std::move(change)); }

  /// After the commit `listener` is told of the earliest of the instants it was given here.
  void tellPut(const std::shared_ptr<PutListener>& listener, base::Instant due) {
    if (!puts_ || due < puts_->second) puts_.emplace(listener, due);
  }

  [[nodiscard]] Dialect dialect() const { return database_.dialect(); }

  base::Task<base::Result<void>> commit() override;
  [[nodiscard]] bool empty() const override {
    return batch_.empty() && touched_.empty() && changes_.empty();
  }

 private:
  void addChanges();
  void tellChanges();

  Database& database_;
  jobs::ChangeObserver* const observer_;
  WriteBatch batch_;
  std::vector<base::Uuid> touched_;
  std::vector<jobs::Change> changes_;
  std::optional<std::pair<std::shared_ptr<PutListener>, base::Instant>> puts_;
};

/// The storage of the program. Thread-safe.
class SqlStorage final : public jobs::Storage {
 public:
  explicit SqlStorage(Database& database) : database_(database) {}
  std::unique_ptr<jobs::UnitOfWork> begin() override {
    return std::make_unique<SqlUnitOfWork>(database_, observer_.load(std::memory_order_acquire));
  }

  /// From now on `observer` is told, after each commit, of the users whose change logs grew; null:
  /// nobody is. It must live until every unit has been committed.
  void observe(jobs::ChangeObserver* observer) { observer_ = observer; }

 private:
  Database& database_;
  std::atomic<jobs::ChangeObserver*> observer_{nullptr};
};

}  // namespace sw::sql
