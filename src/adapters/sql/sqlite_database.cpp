#include "adapters/sql/sqlite_database.h"

#include <utility>

#include "adapters/sql/slow_query_log.h"
#include "adapters/sql/sqlite_migrator.h"
#include "base/context.h"
#include "base/loop.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

constexpr Statement kPing{"ping", Operation::kSelect, "SELECT count(*) FROM schema_migrations"};

// Hands work to a queue of another thread and goes on when that has posted the handle back; does
// not suspend when the queue is full.
template <class Queue, class Work>
struct Submit {
  Queue& queue;
  Work& work;
  bool accepted = true;
  base::KeptContext context{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    work.loop = base::Loop::current();
    work.handle = handle;
    context.suspend();
    // After a successful submit the coroutine may already run elsewhere: only locals from here.
    const bool queued = queue.submit(work);
    if (!queued) accepted = false;
    return queued;
  }
  [[nodiscard]] bool await_resume() const noexcept {
    context.resume();
    return accepted;
  }
};

Result<void> quickCheck(SqliteConnection& connection) {
  std::string verdict;
  const auto collect = [](void* out, int, char** columns, char**) {
    auto& text = *static_cast<std::string*>(out);
    if (!text.empty()) text += "; ";
    text += columns[0] != nullptr ? columns[0] : "";
    return 0;
  };
  const int code =
      sqlite3_exec(connection.handle(), "PRAGMA quick_check(5)", collect, &verdict, nullptr);
  if (code != SQLITE_OK) return sqliteError(code, connection.handle(), "cannot check the database");
  if (verdict != "ok") return Error(Code::kCorrupted, "the database is damaged: " + verdict);
  return {};
}

}  // namespace

SqliteDatabase::SqliteDatabase(const SqliteOptions& options, const base::Clock& clock,
                               SqlObserver* observer, std::span<const Migration> known)
    : options_(options),
      clock_(clock),
      observer_(observer),
      known_(known),
      readers_(options, commits_),
      pool_(readers_, options) {}

SqliteDatabase::~SqliteDatabase() {
  // The checkpoint thread uses the writer, and the writer pokes the checkpoint thread.
  if (maintenance_) maintenance_->stop();
  const bool wasRunning = writer_ != nullptr;
  writer_.reset();
  if (wasRunning && marker_) marker_->noteCleanStop();
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(SqliteOptions options,
                                                             const base::Clock& clock,
                                                             SqlObserver* observer,
                                                             std::span<const Migration> known) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(options, clock, observer, known));
  SW_CHECK(database->start());
  return database;
}

Result<void> SqliteDatabase::start() {
  if (options_.checkAfterCrash) {
    SW_TRY(marker_, CleanStopMarker::open(options_.file));
  }
  SW_TRY(auto connection, SqliteConnection::open(options_, SqliteConnection::Role::kWriter));
  if (marker_ && !marker_->lastStopWasClean()) {
    checkedAfterCrash_ = true;
    SW_CHECK(quickCheck(*connection));
  }
  SW_TRY(migrationsRun_, migrateSqlite(*connection, options_, clock_, known_));
  SW_TRY(auto maintenance, SqliteConnection::open(options_, SqliteConnection::Role::kMaintenance));
  maintenance_ = std::make_unique<SqliteMaintenance>(std::move(maintenance), options_, clock_);
  writer_ = std::make_unique<SqliteWriter>(
      std::move(connection), options_, observer_, commits_,
      [keeper = maintenance_.get()](int pages) { keeper->logGrew(pages); });
  maintenance_->attach(*writer_);
  return {};
}

base::Task<Result<void>> SqliteDatabase::read(const Statement& statement, Params params,
                                              RowSink sink, ReadKind kind) {
  const auto started = observer_ != nullptr ? SteadyClock::now() : SteadyClock::time_point{};
  Result<void> outcome;
  std::int64_t rows = 0;
  if (kind == ReadKind::kShort || base::Loop::current() == nullptr) {
    outcome = readers_.read(statement, params, sink, &rows);
  } else {
    PendingRead pending{statement, params, sink, nullptr, {}, {}, 0};
    Submit<SqliteReadPool, PendingRead> submit{pool_, pending};
    const bool accepted = co_await submit;
    if (accepted) {
      outcome = pending.outcome;
      rows = pending.rows;
    } else {
      if (observer_ != nullptr) observer_->queueRejected(Pool::kRead);
      outcome = Error(Code::kUnavailable, "too many long reads are waiting");
    }
  }
  if (observer_ != nullptr) {
    const auto ended = SteadyClock::now();
    observer_->queryFinished(statement.operation, ended - started, outcome.ok());
    observer_->queryAnswered({statement.name, statement.operation, 1, started, ended,
                              outcome.ok() ? nullptr : &outcome.error()});
    if (slowQueries_ != nullptr) slowQueries_->finished(statement, ended - started, rows);
  }
  co_return outcome;
}

base::Task<Result<WriteOutcome>> SqliteDatabase::write(WriteBatch batch) {
  if (base::Loop::current() == nullptr) {
    co_return Error(Code::kInternal, "a write needs a loop on its thread");
  }
  const auto asked = observer_ != nullptr ? SteadyClock::now() : SteadyClock::time_point{};
  PendingWrite pending;
  pending.batch = std::move(batch);
  Submit<SqliteWriter, PendingWrite> submit{*writer_, pending};
  const bool accepted = co_await submit;
  if (!accepted) {
    if (observer_ != nullptr) observer_->queueRejected(Pool::kWrite);
    co_return Error(Code::kUnavailable, "too many writes are waiting");
  }
  if (observer_ != nullptr && !pending.batch.entries().empty()) {
    const auto ended = SteadyClock::now();
    observer_->queryAnswered({pending.batch.entries().front().statement->name,
                              Operation::kTransaction, pending.batch.entries().size(), asked, ended,
                              pending.outcome->ok() ? nullptr : &pending.outcome->error()});
    if (slowQueries_ != nullptr) {
      slowQueries_->finished(pending.batch, ended - asked,
                             pending.outcome->ok() ? &**pending.outcome : nullptr);
    }
  }
  co_return *std::move(pending.outcome);
}

PoolUse SqliteDatabase::poolUse(Pool pool) const {
  if (pool == Pool::kWrite) return writer_->use();
  return {readers_.active(), readers_.opened(), pool_.waiting()};
}

base::Task<Result<void>> SqliteDatabase::ping() {
  auto ignore = [](const Row&) {};
  co_return readers_.read(kPing, {}, ignore);
}

Result<void> SqliteDatabase::backUpTo(const std::filesystem::path& target,
                                      const BackupProgress& progress) const {
  return backUp(options_, target, progress);
}

Result<void> SqliteDatabase::restoreFrom(const std::filesystem::path& source,
                                         const BackupProgress& progress) {
  if (!options_.backups.empty()) {
    BackupFolder folder(options_.backups, options_.backupsKept);
    SW_TRY(const auto made, folder.add(options_, "before-restore", clock_.now()));
    static_cast<void>(made);
  }
  return writer_->exclusively([&](SqliteConnection& connection) -> Result<void> {
    SW_CHECK(restoreInto(connection, options_, source, known_.back().version, progress));
    SW_TRY(const int steps, migrateSqlite(connection, options_, clock_, known_));
    static_cast<void>(steps);
    ++commits_;
    return {};
  });
}

}  // namespace sw::sql
