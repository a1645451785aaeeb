#include "base/worker_pool.h"

#include <pthread.h>

namespace sw::base {

bool WorkerPool::Turn::await_suspend(std::coroutine_handle<> handle) {
  job.loop = Loop::current();
  job.handle = handle;
  job.context.suspend();
  // After a successful submit the coroutine may already run elsewhere: only locals from here.
  const bool accepted = pool.submit(job);
  if (!accepted) queued = false;
  return accepted;
}

bool WorkerPool::Turn::await_resume() const noexcept {
  job.context.resume();
  return queued && !job.refused;
}

WorkerPool::WorkerPool(Options options, WorkerPoolObserver* observer)
    : options_(std::move(options)), observer_(observer) {
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, i] {
      const std::string name = options_.name + "-" + std::to_string(i);
      pthread_setname_np(pthread_self(), name.c_str());
      serve();
    });
  }
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::stop() {
  std::deque<Job*> refused;
  {
    const std::lock_guard lock(mutex_);
    stopping_.store(true, std::memory_order_relaxed);
    refused.swap(queue_);
    wake_.notify_all();
  }
  for (Job* job : refused) {
    job->refused = true;
    job->loop->post(job->handle);
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkerPool::submit(Job& job) {
  job.queued = std::chrono::steady_clock::now();
  std::size_t waiting = 0;
  bool accepted = false;
  {
    const std::lock_guard lock(mutex_);
    accepted = !stopping() && queue_.size() < options_.queueLimit;
    if (accepted) queue_.push_back(&job);
    waiting = queue_.size();
  }
  // The job may be over by now and must not be touched.
  if (accepted) wake_.notify_one();
  if (observer_ != nullptr && accepted) observer_->queueChanged(waiting);
  if (observer_ != nullptr && !accepted) observer_->jobRefused();
  return accepted;
}

void WorkerPool::serve() {
  for (;;) {
    Job* job = nullptr;
    std::size_t waiting = 0;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping() || !queue_.empty(); });
      if (queue_.empty()) return;
      job = queue_.front();
      queue_.pop_front();
      waiting = queue_.size();
    }
    if (observer_ != nullptr) {
      observer_->queueChanged(waiting);
      observer_->jobTaken(std::chrono::steady_clock::now() - job->queued);
    }
    job->work();
    job->loop->post(job->handle);
  }
}

}  // namespace sw::base
