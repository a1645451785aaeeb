#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "fakes/fake_job_store.h"
#include "unit/jobs/job_world.h"

namespace sw::jobs {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using namespace std::chrono_literals;

/// When a process dies: at its so-manieth call of the store, before or after that has its effect.
/// From then on nothing of it reaches the store, as when its memory is gone.
class Fate {
 public:
  Fate(int calls, bool afterwards) : left_(calls), afterwards_(afterwards) {}
  [[nodiscard]] bool dead() const { return left_ < 0; }
  /// Runs `call` as far as fate allows, and gives its outcome to a process that is still there.
  template <class T>
  Task<Result<T>> pass(Task<Result<T>> call) {
    if (dead()) co_return gone();
    const bool dies = --left_ < 0;
    if (dies && !afterwards_) co_return gone();
    auto outcome = co_await call;
    if (dies) co_return gone();
    co_return outcome;
  }

 private:
  static Error gone() { return {Code::kUnavailable, "the process is dead"}; }
  int left_;
  bool afterwards_;
};

class MortalStorage final : public Storage {
 public:
  MortalStorage(Storage& below, Fate& fate) : below_(below), fate_(fate) {}

  struct Unit final : UnitOfWork {
    Unit(std::unique_ptr<UnitOfWork> unit, Fate& end) : below(std::move(unit)), fate(end) {}
    Task<Result<void>> commit() override { co_return co_await fate.pass(below->commit()); }
    [[nodiscard]] bool empty() const override { return below->empty(); }
    std::unique_ptr<UnitOfWork> below;
    Fate& fate;
  };
  static UnitOfWork& below(UnitOfWork& unit) { return *static_cast<Unit&>(unit).below; }
  std::unique_ptr<UnitOfWork> begin() override {
    return std::make_unique<Unit>(below_.begin(), fate_);
  }

 private:
  Storage& below_;
  Fate& fate_;
};

class MortalJobStore final : public JobStore {
 public:
  MortalJobStore(JobStore& below, Fate& fate) : below_(below), fate_(fate) {}

  void put(UnitOfWork& unit, const Job& job) override {
    below_.put(MortalStorage::below(unit), job);
  }
  void cancel(UnitOfWork& unit, std::string_view kind, std::string_view key) override {
    below_.cancel(MortalStorage::below(unit), kind, key);
  }
  Task<Result<std::vector<Job>>> claim(const Claim& claim) override {
    co_return co_await fate_.pass(below_.claim(claim));
  }
  Task<Result<std::vector<base::Uuid>>> renew(const std::vector<Job>& jobs,
                                              base::Instant until) override {
    co_return co_await fate_.pass(below_.renew(jobs, until));
  }
  void finish(UnitOfWork& unit, const Job& job) override {
    below_.finish(MortalStorage::below(unit), job);
  }
  void retry(UnitOfWork& unit, const Job& job, base::Instant due,
             const std::string& error) override {
    below_.retry(MortalStorage::below(unit), job, due, error);
  }
  void release(UnitOfWork& unit, const Job& job, base::Instant due) override {
    below_.release(MortalStorage::below(unit), job, due);
  }
  void bury(UnitOfWork& unit, const Job& job, const std::string& error,
            base::Instant now) override {
    below_.bury(MortalStorage::below(unit), job, error, now);
  }
  Task<Result<std::optional<base::Instant>>> nextDue(
      const std::vector<std::string>& kinds) override {
    co_return co_await fate_.pass(below_.nextDue(kinds));
  }
  Task<Result<std::optional<Found>>> find(std::string_view kind, std::string_view key) override {
    co_return co_await fate_.pass(below_.find(kind, key));
  }
  Task<Result<std::vector<Job>>> dead(base::Uuid before, int limit) override {
    co_return co_await fate_.pass(below_.dead(before, limit));
  }
  void revive(UnitOfWork& unit, base::Uuid id, base::Instant now) override {
    below_.revive(MortalStorage::below(unit), id, now);
  }
  void drop(UnitOfWork& unit, base::Uuid id) override {
    below_.drop(MortalStorage::below(unit), id);
  }
  Task<Result<std::vector<Census>>> census(base::Instant now) override {
    co_return co_await fate_.pass(below_.census(now));
  }
  void tellOfPuts(std::function<void(base::Instant)> listener) override {
    below_.tellOfPuts(std::move(listener));
  }

 private:
  JobStore& below_;
  Fate& fate_;
};

constexpr int kJobs = 12;

/// One history: processes that die at random points, until every job is done.
void playRound(std::uint32_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto upTo = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  JobWorld world;
  TestHandler handler;
  handler.rules.attempts = 1000;
  handler.rules.concurrency = 4;
  handler.rules.longestWait = 5s;
  handler.rules.ordered = upTo(1) == 1;
  handler.work = [&](const Job& job, UnitOfWork& unit) -> Task<Result<void>> {
    const std::string key = job.key;
    JobWorld::mark(MortalStorage::below(unit), "effect/" + key);
    for (int i = upTo(2); i > 0; --i) co_await base::sleepFor(0ns);
    if (upTo(3) == 0) co_return Error(Code::kUnavailable, "away for a moment");
    co_return Result<void>();
  };
  const base::Uuid ada = base::newUuid(world.instruments.clock);
  for (int i = 0; i < kJobs; ++i) {
    world.put("job-" + std::to_string(i), std::chrono::seconds(upTo(20)), upTo(9),
              upTo(1) == 0 ? ada : base::Uuid());
  }
  const auto left = [&] {
    return world.storage.look([](fakes::FakeTables& tables) { return tables.jobs.size(); });
  };
  int processes = 0;
  for (; left() > 0 && processes < 2000; ++processes) {
    Fate fate(upTo(25), upTo(1) == 1);
    MortalStorage storage(world.storage, fate);
    MortalJobStore store(world.store, fate);
    JobRunner runner(
        {storage, store, world.instruments.clock, world.probe}, {}, [] { return 0.5; }, [] {});
    runner.add("mail", handler);
    while (!fate.dead() && left() > 0) {
      const auto turn = world.loop.run(runner.turn(true));
      static_cast<void>(turn);
      world.settle();
      world.instruments.clock.advance(std::chrono::milliseconds(upTo(3000)));
    }
    while (runner.running() > 0) world.settle();
    world.instruments.clock.advance(31s);  // its leases end
  }
  ASSERT_EQ(left(), 0U) << "after " << processes << " processes";
  for (int i = 0; i < kJobs; ++i) {
    EXPECT_EQ(world.marked("effect/job-" + std::to_string(i)), "1") << i;
  }
}

TEST(JobFaultTest, WhatAJobWritesWithItsEndIsWrittenOnceWhereverTheProcessDies) {
  const int rounds = std::getenv("SW_FULL") != nullptr ? 500 : 25;
  const std::uint32_t first = std::random_device()();
  for (int i = 0; i < rounds && !testing::Test::HasFailure(); ++i) {
    playRound(first + static_cast<std::uint32_t>(i));
  }
}

}  // namespace
}  // namespace sw::jobs
