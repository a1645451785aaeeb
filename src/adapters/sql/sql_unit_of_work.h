#pragma once

#include <vector>

#include "adapters/sql/database.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::sql {

/// A unit of work on a `Database`: the batch it will commit, and what the batch needs once only
/// however often stores ask for it. Used by one coroutine.
class SqlUnitOfWork final : public jobs::UnitOfWork {
 public:
  explicit SqlUnitOfWork(Database& database) : database_(database) {}

  /// The unit as its own class. Every unit that reaches a store here was begun by `SqlStorage`.
  static SqlUnitOfWork& of(jobs::UnitOfWork& unit) { return static_cast<SqlUnitOfWork&>(unit); }

  void add(const Statement& statement, Params params, Expectation expectation = {}) {
    batch_.add(statement, params, expectation);
  }
  void guard(const Statement& statement, Params params, Expectation expectation) {
    batch_.addGuard(statement, params, expectation);
  }
  /// At commit the calendar's `event_version` grows by one; a calendar that is gone is a conflict.
  void touchCalendar(const base::Uuid& id);
  /// At commit the change gets the next number of its user.
  void append(jobs::Change change) { changes_.push_back(std::move(change)); }

  [[nodiscard]] Dialect dialect() const { return database_.dialect(); }

  base::Task<base::Result<void>> commit() override;

 private:
  void addChanges();

  Database& database_;
  WriteBatch batch_;
  std::vector<base::Uuid> touched_;
  std::vector<jobs::Change> changes_;
};

/// The storage of the program. Thread-safe.
class SqlStorage final : public jobs::Storage {
 public:
  explicit SqlStorage(Database& database) : database_(database) {}
  std::unique_ptr<jobs::UnitOfWork> begin() override {
    return std::make_unique<SqlUnitOfWork>(database_);
  }

 private:
  Database& database_;
};

}  // namespace sw::sql
