#include "adapters/sql/sqlite_readers.h"

#include <pthread.h>

#include <string>
#include <utility>

namespace sw::sql {

using base::Result;

namespace {

constexpr Statement kBegin{"read.begin", Operation::kTransaction, "BEGIN"};
constexpr Statement kEnd{"read.end", Operation::kTransaction, "COMMIT"};

// Reads of one transaction: well under a millisecond, for which a checkpoint that starts the log
// again, and with it the writers, may have to wait.
constexpr int kMostReads = 64;

}  // namespace

/// A connection and the transaction that is open on it.
struct SqliteThreadReaders::Reader {
  std::unique_ptr<SqliteConnection> connection;
  bool open = false;
  bool ending = false;        // at the end of the round
  std::uint64_t commits = 0;  // when the transaction began
  int reads = 0;              // of the transaction

  void end() {
    if (!std::exchange(open, false)) return;
    // One that failed is undone already.
    if (sqlite3_get_autocommit(connection->handle()) != 0) return;
    static_cast<void>(connection->run(kEnd, {}, nullptr));
  }
};

struct SqliteThreadReaders::Shared {
  std::mutex mutex;
  bool closed = false;
  std::vector<std::unique_ptr<Reader>> all;
  std::vector<Reader*> idle;  // left by threads that have ended
};

// What one thread has borrowed. Keeps `Shared` alive, so its address stays a safe key.
struct SqliteThreadReaders::ThreadCache {
  struct Entry {
    std::shared_ptr<Shared> shared;
    Reader* reader;
  };
  std::vector<Entry> entries;

  ThreadCache() = default;
  ThreadCache(const ThreadCache&) = delete;
  ThreadCache& operator=(const ThreadCache&) = delete;
  ~ThreadCache() {
    for (const Entry& entry : entries) {
      const std::lock_guard lock(entry.shared->mutex);
      if (entry.shared->closed) continue;
      // What was to end the transaction went with the loop of the thread.
      entry.reader->end();
      entry.reader->ending = false;
      entry.shared->idle.push_back(entry.reader);
    }
  }

  void dropClosed() {
    std::erase_if(entries, [](const Entry& entry) {
      const std::lock_guard lock(entry.shared->mutex);
      return entry.shared->closed;
    });
  }

  static ThreadCache& ofThisThread() {
    thread_local ThreadCache cache;
    return cache;
  }
};

SqliteThreadReaders::SqliteThreadReaders(SqliteOptions options,
                                         const std::atomic<std::uint64_t>& commits)
    : options_(std::move(options)), commits_(commits), shared_(std::make_shared<Shared>()) {}

SqliteThreadReaders::~SqliteThreadReaders() {
  const std::lock_guard lock(shared_->mutex);
  shared_->closed = true;
  shared_->idle.clear();
  shared_->all.clear();
}

std::int64_t SqliteThreadReaders::opened() const {
  const std::lock_guard lock(shared_->mutex);
  return static_cast<std::int64_t>(shared_->all.size());
}

Result<SqliteThreadReaders::Reader*> SqliteThreadReaders::ofThisThread() {
  ThreadCache& cache = ThreadCache::ofThisThread();
  for (const auto& entry : cache.entries) {
    if (entry.shared == shared_) return entry.reader;
  }
  cache.dropClosed();
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->idle.empty()) {
      Reader* reader = shared_->idle.back();
      shared_->idle.pop_back();
      cache.entries.push_back({shared_, reader});
      return reader;
    }
  }
  auto opened = std::make_unique<Reader>();
  SW_TRY(opened->connection, SqliteConnection::open(options_, SqliteConnection::Role::kReader));
  Reader* reader = opened.get();
  const std::lock_guard lock(shared_->mutex);
  shared_->all.push_back(std::move(opened));
  cache.entries.push_back({shared_, reader});
  return reader;
}

// The count is read before the transaction begins, so that a commit in between is noticed later,
// at the cost of one transaction more, and never missed.
Result<void> SqliteThreadReaders::share(Reader& reader, base::Loop& loop) {
  const std::uint64_t commits = commits_.load(std::memory_order_acquire);
  if (reader.open && reader.commits == commits && reader.reads < kMostReads) {
    ++reader.reads;
    return {};
  }
  reader.end();
  if (!reader.ending) {
    reader.ending = loop.afterRound([shared = shared_, ended = &reader] {
      const std::lock_guard lock(shared->mutex);
      if (shared->closed) return;
      ended->ending = false;
      ended->end();
    });
    if (!reader.ending) return {};
  }
  SW_CHECK(reader.connection->run(kBegin, {}, nullptr));
  reader.open = true;
  reader.commits = commits;
  reader.reads = 1;
  return {};
}

Result<void> SqliteThreadReaders::read(const Statement& statement, Params params,
                                       const RowSink& sink, std::int64_t* rows) {
  SW_TRY(Reader* const reader, ofThisThread());
  SqliteConnection& connection = *reader->connection;
  active_.fetch_add(1, std::memory_order_relaxed);
  connection.setDeadline(std::chrono::steady_clock::now() + options_.readDeadline);
  base::Loop* const loop = base::Loop::current();
  const Result<void> shared = loop != nullptr ? share(*reader, *loop) : Result<void>();
  Result<StatementOutcome> outcome =
      shared.ok() ? connection.run(statement, params, &sink) : shared.error();
  active_.fetch_sub(1, std::memory_order_relaxed);
  if (!outcome.ok()) {
    reader->end();
    return outcome.error();
  }
  if (rows != nullptr) *rows = outcome->rows;
  return {};
}

SqliteReadPool::SqliteReadPool(SqliteThreadReaders& readers, const SqliteOptions& options)
    : readers_(readers), limit_(options.longReadLimit) {
  for (int i = 0; i < options.longReaders; ++i) {
    std::thread& thread = threads_.emplace_back([this] { run(); });
    pthread_setname_np(thread.native_handle(), ("sql-read-" + std::to_string(i)).c_str());
  }
}

SqliteReadPool::~SqliteReadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool SqliteReadPool::submit(PendingRead& read) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= limit_) return false;
    queue_.push_back(&read);
  }
  wake_.notify_one();
  return true;
}

std::int64_t SqliteReadPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(queue_.size());
}

void SqliteReadPool::run() {
  for (;;) {
    PendingRead* read = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      read = queue_.front();
      queue_.pop_front();
    }
    read->outcome = readers_.read(read->statement, read->params, read->sink, &read->rows);
    read->loop->post(read->handle);
  }
}

}  // namespace sw::sql
