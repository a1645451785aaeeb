#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/context.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::base {

/// Told what becomes of the jobs of a pool, from any thread.
class WorkerPoolObserver {
 public:
  WorkerPoolObserver() = default;
  WorkerPoolObserver(const WorkerPoolObserver&) = delete;
  WorkerPoolObserver& operator=(const WorkerPoolObserver&) = delete;
  virtual ~WorkerPoolObserver() = default;

  /// So many jobs wait from now on.
  virtual void queueChanged(std::size_t waiting) = 0;
  /// A thread takes a job that has waited so long.
  virtual void jobTaken(std::chrono::nanoseconds waited) = 0;
  /// The queue was full.
  virtual void jobRefused() = 0;
};

/// Threads for work that would hold an event loop up: parsing a large file, a long computation.
/// The queue is bounded, and what does not fit is refused at once. Owned by the composition root;
/// thread-safe.
class WorkerPool {
 public:
  struct Options {
    std::string name;  // of the threads; up to 12 characters
    std::size_t threads = 1;
    std::size_t queueLimit = 16;
  };

  /// `observer` may be null and must outlive the pool.
  explicit WorkerPool(Options options, WorkerPoolObserver* observer = nullptr);
  /// As `stop`.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work` on a thread of the pool; the caller goes on where it was, on its loop. On a thread
  /// without a loop it is run right there. `kUnavailable` when the queue is full or the pool
  /// stops, else what `work` says; what it throws is thrown here. `work` and what it refers to
  /// must outlive the task.
  template <class T>
  Task<Result<T>> run(std::function<Result<T>()>& work);

  /// True when running jobs are to end early.
  [[nodiscard]] bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  /// Refuses what waits, waits for what runs. Safe to call twice.
  void stop();

 private:
  struct Job {
    std::function<void()> work;
    Loop* loop = nullptr;
    std::coroutine_handle<> handle;
    std::chrono::steady_clock::time_point queued;
    bool refused = false;
    KeptContext context;
  };
  struct Turn {
    WorkerPool& pool;
    Job& job;
    bool queued = true;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle);
    /// Whether the job was run.
    [[nodiscard]] bool await_resume() const noexcept;
  };

  bool submit(Job& job);
  void serve();

  const Options options_;
  WorkerPoolObserver* const observer_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Job*> queue_;
  std::vector<std::thread> threads_;
};

template <class T>
Task<Result<T>> WorkerPool::run(std::function<Result<T>()>& work) {
  if (Loop::current() == nullptr) co_return work();
  std::optional<Result<T>> outcome;
  std::exception_ptr failure;
  Job job;
  job.work = [&] {
    try {
      outcome.emplace(work());
    } catch (...) {
      failure = std::current_exception();
    }
  };
  Turn turn{*this, job};
  const bool ran = co_await turn;
  if (!ran) co_return Error(Code::kUnavailable, "too much work of this kind is waiting");
  if (failure) std::rethrow_exception(failure);
  co_return *std::move(outcome);
}

}  // namespace sw::base
