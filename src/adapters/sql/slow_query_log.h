#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/sql/pg_options.h"
#include "adapters/sql/sqlite_connection.h"
#include "adapters/sql/statement.h"
#include "adapters/sql/write_batch.h"
#include "base/clock.h"
#include "base/result.h"
#include "obs/log.h"

namespace sw::sql {

/// Asks the database how it would run a statement of ours; several lines, without any value.
/// Blocks; called on the thread of the `SlowQueryLog` alone.
using PlanReader = std::function<base::Result<std::string>(const Statement&)>;

/// Plans of a SQLite file (EXPLAIN QUERY PLAN) and of a PostgreSQL database (EXPLAIN of the
/// generic plan). Each call opens a connection of its own and closes it: a slow database must not
/// lose one of its pool for this, and a file that nobody has open is closed in order.
PlanReader sqlitePlans(SqliteOptions options);
PlanReader postgresPlans(PostgresOptions options);

/// Logs the queries that took long (WARN, component "database"): what they are, how long, how many
/// rows, and their plan. Never a parameter's value. One line for each statement in a while says how
/// many it stands for. Queries only compare and, when slow, leave a note for the log's thread.
/// Owned by the composition root; must outlive the database that tells it. Thread-safe.
class SlowQueryLog {
 public:
  struct Options {
    Dialect dialect = Dialect::kSqlite;
    std::chrono::nanoseconds threshold{};
    std::chrono::nanoseconds quiet = std::chrono::seconds(30);    // after a line of a statement
    std::chrono::nanoseconds planAge = std::chrono::minutes(10);  // then it is asked again
    std::size_t queue = 64;  // notes that wait; more are only counted
  };

  /// Logs nothing when the threshold is zero.
  SlowQueryLog(Options options, PlanReader plans, const base::Clock& clock, obs::Log& log);
  SlowQueryLog(const SlowQueryLog&) = delete;
  SlowQueryLog& operator=(const SlowQueryLog&) = delete;
  /// Writes what it has been told, then ends.
  ~SlowQueryLog();

  void finished(const Statement& statement, std::chrono::nanoseconds took, std::int64_t rows) {
    if (took >= threshold_) note({.statements = {&statement}, .took = took, .rows = rows});
  }
  /// A batch as a whole, with the time it waited and its commit.
  void finished(const WriteBatch& batch, std::chrono::nanoseconds took,
                const WriteOutcome* outcome) {
    if (took >= threshold_) noteBatch(batch, took, outcome);
  }

 private:
  struct Note {
    std::vector<const Statement*> statements;  // different ones
    std::chrono::nanoseconds took{};
    std::int64_t rows = 0;
    bool batch = false;
  };
  /// What is known of one statement, or of the first of a batch.
  struct Known {
    base::Monotonic lastLine{};
    std::int64_t suppressed = 0;
    bool seen = false;
  };
  struct Plan {
    base::Monotonic read{};
    std::string text;
  };

  void note(Note note);
  void noteBatch(const WriteBatch& batch, std::chrono::nanoseconds took,
                 const WriteOutcome* outcome);
  void run();
  void write(const Note& note);
  const std::string& planOf(const Statement& statement);

  const Options options_;
  const std::chrono::nanoseconds threshold_;
  const PlanReader plans_;
  const base::Clock& clock_;
  const obs::Logger logger_;

  // Of the thread alone.
  std::map<const Statement*, Known> known_;
  std::map<const Statement*, Plan> planCache_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Note> notes_;
  std::int64_t lost_ = 0;  // since the last line
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::sql
