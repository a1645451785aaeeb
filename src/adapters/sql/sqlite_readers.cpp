#include "adapters/sql/sqlite_readers.h"

#include <pthread.h>

#include <string>
#include <utility>

namespace sw::sql {

using base::Result;

struct SqliteThreadReaders::Shared {
  std::mutex mutex;
  bool closed = false;
  std::vector<std::unique_ptr<SqliteConnection>> all;
  std::vector<SqliteConnection*> idle;  // left by threads that have ended
};

// What one thread has borrowed. Keeps `Shared` alive, so its address stays a safe key.
struct SqliteThreadReaders::ThreadCache {
  struct Entry {
    std::shared_ptr<Shared> shared;
    SqliteConnection* connection;
  };
  std::vector<Entry> entries;

  ThreadCache() = default;
  ThreadCache(const ThreadCache&) = delete;
  ThreadCache& operator=(const ThreadCache&) = delete;
  ~ThreadCache() {
    for (const Entry& entry : entries) {
      const std::lock_guard lock(entry.shared->mutex);
      if (!entry.shared->closed) entry.shared->idle.push_back(entry.connection);
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

SqliteThreadReaders::SqliteThreadReaders(SqliteOptions options)
    : options_(std::move(options)), shared_(std::make_shared<Shared>()) {}

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

Result<SqliteConnection*> SqliteThreadReaders::ofThisThread() {
  ThreadCache& cache = ThreadCache::ofThisThread();
  for (const auto& entry : cache.entries) {
    if (entry.shared == shared_) return entry.connection;
  }
  cache.dropClosed();
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->idle.empty()) {
      SqliteConnection* connection = shared_->idle.back();
      shared_->idle.pop_back();
      cache.entries.push_back({shared_, connection});
      return connection;
    }
  }
  SW_TRY(auto opened, SqliteConnection::open(options_, SqliteConnection::Role::kReader));
  SqliteConnection* connection = opened.get();
  const std::lock_guard lock(shared_->mutex);
  shared_->all.push_back(std::move(opened));
  cache.entries.push_back({shared_, connection});
  return connection;
}

Result<void> SqliteThreadReaders::read(const Statement& statement, Params params,
                                       const RowSink& sink, std::int64_t* rows) {
  SW_TRY(SqliteConnection* const connection, ofThisThread());
  active_.fetch_add(1, std::memory_order_relaxed);
  connection->setDeadline(std::chrono::steady_clock::now() + options_.readDeadline);
  auto outcome = connection->run(statement, params, &sink);
  active_.fetch_sub(1, std::memory_order_relaxed);
  if (!outcome.ok()) return outcome.error();
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
