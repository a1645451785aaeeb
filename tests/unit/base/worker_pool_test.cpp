#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

#include "base/local_loop.h"

namespace sw::base {
namespace {

using Work = std::function<Result<int>()>;

class Told final : public WorkerPoolObserver {
 public:
  void queueChanged(std::size_t waiting) override { longest = std::max(longest.load(), waiting); }
  void jobTaken(std::chrono::nanoseconds) override { ++taken; }
  void jobRefused() override { ++refused; }

  std::atomic<std::size_t> longest{0};
  std::atomic<int> taken{0};
  std::atomic<int> refused{0};
};

TEST(WorkerPool, RunsWorkElsewhereAndGoesOnWhereItWas) {
  Told told;
  WorkerPool pool({.name = "test"}, &told);
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there;
  Work work = [&] {
    there = std::this_thread::get_id();
    return Result<int>(7);
  };
  auto task = [&]() -> Task<std::thread::id> {
    const auto outcome = co_await pool.run(work);
    EXPECT_EQ(*outcome, 7);
    co_return std::this_thread::get_id();
  };
  EXPECT_EQ(runBlocking(task()), here);
  EXPECT_NE(there, here);
  EXPECT_EQ(told.taken, 1);
  EXPECT_EQ(told.longest, 1U);
}

TEST(WorkerPool, GivesBackErrorsAndExceptions) {
  WorkerPool pool({.name = "test"});
  Work failing = [] { return Result<int>(Error(Code::kInvalid, "no")); };
  EXPECT_EQ(runBlocking(pool.run(failing)).error().code(), Code::kInvalid);
  Work throwing = []() -> Result<int> { throw std::runtime_error("thrown"); };
  EXPECT_THROW(static_cast<void>(runBlocking(pool.run(throwing))), std::runtime_error);
}

TEST(WorkerPool, RefusesWhatDoesNotFitItsQueue) {
  Told told;
  WorkerPool pool({.name = "test", .threads = 1, .queueLimit = 1}, &told);
  std::latch running(1);
  std::latch release(1);
  Work slow = [&] {
    running.count_down();
    release.wait();
    return Result<int>(1);
  };
  std::thread first([&] { EXPECT_EQ(*runBlocking(pool.run(slow)), 1); });
  running.wait();
  // The only thread is busy: of these two one waits, and the other finds the queue full.
  Work quick = [] { return Result<int>(2); };
  std::atomic<int> done{0};
  const auto ask = [&] {
    const auto outcome = runBlocking(pool.run(quick));
    if (outcome.ok()) {
      ++done;
    } else {
      EXPECT_EQ(outcome.error().code(), Code::kUnavailable);
      release.count_down();
    }
  };
  std::thread second(ask);
  std::thread third(ask);
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(told.taken, 2);
  EXPECT_EQ(told.refused, 1);
  EXPECT_EQ(told.longest, 1U);
}

TEST(WorkerPool, RefusesWhatWaitsWhenItStops) {
  WorkerPool pool({.name = "test"});
  std::latch running(1);
  Work slow = [&] {
    running.count_down();
    while (!pool.stopping()) std::this_thread::yield();
    return Result<int>(1);
  };
  std::thread caller([&] { EXPECT_EQ(*runBlocking(pool.run(slow)), 1); });
  running.wait();
  pool.stop();
  caller.join();
  Work late = [] { return Result<int>(2); };
  EXPECT_EQ(runBlocking(pool.run(late)).error().code(), Code::kUnavailable);
}

TEST(WorkerPool, RunsAtOnceWhereThereIsNoLoop) {
  WorkerPool pool({.name = "test"});
  std::thread::id there;
  Work work = [&] {
    there = std::this_thread::get_id();
    return Result<int>(7);
  };
  auto task = pool.run(work);
  auto root = [](Task<Result<int>>& inner) -> Detached { EXPECT_EQ(*co_await inner, 7); };
  root(task);
  EXPECT_EQ(there, std::this_thread::get_id());
}

}  // namespace
}  // namespace sw::base
