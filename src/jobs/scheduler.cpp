#include "jobs/scheduler.h"

#include <pthread.h>

#include <algorithm>
#include <coroutine>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "base/random.h"
#include "jobs/cluster_task.h"
#include "jobs/job_probe.h"
#include "jobs/job_runner.h"
#include "jobs/scheduler_bell.h"

namespace sw::jobs {
namespace {

using base::Instant;
using base::Monotonic;
using base::Task;
using namespace std::chrono_literals;

constexpr std::chrono::seconds kCensusEvery{10};
constexpr std::chrono::seconds kLastWait{2};
/// The pause after the store could not be asked, doubled with each failure up to the second.
constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{15000};

JobRunner::Random seededRandom() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  base::fillRandom(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), bytes.size());
  return [engine = std::mt19937_64(seed)]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

}  // namespace

/// What lives on the scheduler's thread. Kept for ever where handlers were cut off, since what they
/// wait for may still try to resume them.
class Scheduler::Thread {
 public:
  Thread(JobParts parts, SchedulerOptions options)
      : parts_(parts),
        options_(std::move(options)),
        runner_(parts, options_, seededRandom(), [this] { bell_.ring(); }) {}

  JobRunner& runner() { return runner_; }
  base::LocalLoop& loop() { return loop_; }
  SchedulerBell& bell() { return bell_; }
  void add(ClusterTask& task) {
    task.holdAs(options_.holder);
    tasks_.push_back({&task});
  }

  void start() {
    parts_.store.tellOfPuts([this](Instant due) { bell_.ringBy(due); });
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "jobs");
      loop_.run(serve());
    });
  }

  /// Links those that are kept for ever.
  void keepBefore(Thread* other) { kept_ = other; }

  bool stop(std::chrono::milliseconds grace) {
    if (!thread_.joinable()) return clean_;
    parts_.store.tellOfPuts({});
    grace_ = grace;
    stopping_.store(true, std::memory_order_release);
    bell_.ring();
    thread_.join();
    return clean_;
  }

 private:
  struct Periodic {
    ClusterTask* task;
    bool active = false;
  };

  Task<void> serve();
  Task<void> drain();
  void startTasks(Instant now);
  base::Detached runTask(Periodic& periodic);
  base::Detached takeCensus();
  [[nodiscard]] bool busy() const { return runner_.running() > 0 || side_ > 0; }

  const JobParts parts_;
  const SchedulerOptions options_;
  base::LocalLoop loop_;
  SchedulerBell bell_{loop_, parts_.clock};
  JobRunner runner_;
  std::vector<Periodic> tasks_;
  Monotonic nextCensus_{};
  bool counting_ = false;
  int side_ = 0;  // tasks and counts that run
  std::chrono::milliseconds grace_{0};
  std::atomic<bool> stopping_{false};
  bool clean_ = true;
  Thread* kept_ = nullptr;
  std::thread thread_;
};

Task<void> Scheduler::Thread::serve() {
  bell_.start();
  std::chrono::milliseconds pause = kFirstPause;
  while (!stopping_.load(std::memory_order_acquire)) {
    startTasks(parts_.clock.now());
    if (parts_.clock.monotonic() >= nextCensus_ && !counting_) takeCensus();
    const auto turn = co_await runner_.turn(true);
    const Instant now = parts_.clock.now();
    Instant next = now + pause;
    if (turn.ok()) {
      pause = kFirstPause;
      next = turn->next;
    } else {
      parts_.probe.storeFailed("claim jobs", turn.error());
      pause = std::min(pause * 2, kLongestPause);
    }
    for (const Periodic& one : tasks_) {
      if (!one.active) next = std::min(next, one.task->next(now));
    }
    co_await bell_.until(next);
  }
  co_await drain();
}

Task<void> Scheduler::Thread::drain() {
  const Monotonic deadline = parts_.clock.monotonic() + grace_;
  while (busy() && parts_.clock.monotonic() < deadline) {
    const auto turn = co_await runner_.turn(false);
    static_cast<void>(turn);
    if (busy()) co_await bell_.until(parts_.clock.now() + 20ms);
  }
  const std::size_t left = co_await runner_.giveBack();
  for (const Periodic& one : tasks_) {
    const auto released = co_await one.task->release();
    if (!released.ok()) parts_.probe.taskFailed(one.task->name(), released.error());
  }
  // What is on its way to the store is soon there.
  const Monotonic last = parts_.clock.monotonic() + kLastWait;
  while ((side_ > 0 || runner_.isSettling()) && parts_.clock.monotonic() < last) {
    co_await bell_.until(parts_.clock.now() + 20ms);
  }
  clean_ = !busy();
  const auto cut = static_cast<std::size_t>(runner_.running());
  parts_.probe.stopped(left, cut);
}

void Scheduler::Thread::startTasks(Instant now) {
  for (Periodic& one : tasks_) {
    if (!one.active && one.task->next(now) <= now) runTask(one);
  }
}

base::Detached Scheduler::Thread::runTask(Periodic& periodic) {
  periodic.active = true;
  ++side_;
  const auto done = co_await periodic.task->tick();
  if (!done.ok()) parts_.probe.taskFailed(periodic.task->name(), done.error());
  periodic.active = false;
  --side_;
  bell_.ring();
}

base::Detached Scheduler::Thread::takeCensus() {
  counting_ = true;
  ++side_;
  const Instant now = parts_.clock.now();
  const auto census = co_await parts_.store.census(now);
  if (census.ok()) {
    parts_.probe.censusTaken(*census, now);
  } else {
    parts_.probe.storeFailed("count jobs", census.error());
  }
  nextCensus_ = parts_.clock.monotonic() + kCensusEvery;
  counting_ = false;
  --side_;
}

Scheduler::Scheduler(JobParts parts, SchedulerOptions options)
    : thread_(std::make_unique<Thread>(parts, std::move(options))) {}

Scheduler::~Scheduler() {
  if (stop(0ms)) return;
  // Reachable for ever, so that it is not taken for a leak.
  static std::mutex mutex;
  static Thread* cutOff = nullptr;
  const std::lock_guard lock(mutex);
  thread_->keepBefore(cutOff);
  cutOff = thread_.release();
}

void Scheduler::add(std::string kind, JobHandler& handler) {
  thread_->runner().add(std::move(kind), handler);
}
void Scheduler::add(ClusterTask& task) { thread_->add(task); }
void Scheduler::start() { thread_->start(); }
bool Scheduler::stop(std::chrono::milliseconds grace) { return thread_->stop(grace); }
void Scheduler::wake() { thread_->bell().ring(); }
base::Loop& Scheduler::loop() { return thread_->loop(); }
int Scheduler::running() const { return thread_->runner().running(); }

}  // namespace sw::jobs
