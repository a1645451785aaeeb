#pragma once

#include <gtest/gtest.h>

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "fakes/fake_job_store.h"
#include "jobs/job_runner.h"
#include "unit/obs/trace_fixture.h"

namespace sw::jobs {

/// Where handlers of a test wait until it lets them go on.
class Gate {
 public:
  auto wait() {
    struct Awaiter {
      Gate& gate;
      base::KeptContext context{};
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) {
        context.suspend();
        gate.waiting_.push_back(handle);
      }
      void await_resume() const noexcept { context.resume(); }
    };
    return Awaiter{*this};
  }
  /// Lets whoever waits go on, on `loop`.
  void pass(base::Loop& loop) {
    for (const auto handle : std::exchange(waiting_, {})) loop.post(handle);
  }

 private:
  std::vector<std::coroutine_handle<>> waiting_;
};

/// A handler that does what a test says, and remembers whom it was called for.
class TestHandler final : public JobHandler {
 public:
  using Work = std::function<base::Task<base::Result<void>>(const Job&, UnitOfWork&)>;

  [[nodiscard]] JobPolicy policy() const override { return rules; }
  base::Task<base::Result<void>> run(const Job& job, UnitOfWork& unit) override {
    began.push_back(job.key);
    if (!work) co_return base::Result<void>();
    co_return co_await work(job, unit);
  }
  void buried(const Job& job, const base::Error& error, UnitOfWork& /*unit*/) override {
    dead.emplace_back(job.key, error.code());
  }

  JobPolicy rules;
  Work work;
  std::vector<std::string> began;
  std::vector<std::pair<std::string, base::Code>> dead;
};

/// A runner over memory, with a clock that stands still.
struct JobWorld {
  JobWorld() { rebuild(); }

  /// A new runner on the same store, as after a start of the process.
  void rebuild() {
    runner = std::make_unique<JobRunner>(
        JobParts{storage, store, instruments.clock, probe}, options, [] { return 0.5; }, [] {});
    runner->add("mail", handler);
  }
  void put(const std::string& key, std::chrono::milliseconds in = {}, int priority = 5,
           base::Uuid userId = {}) {
    Job job;
    job.id = base::newUuid(instruments.clock);
    job.kind = "mail";
    job.key = key;
    job.userId = userId;
    job.payload = "{}";
    job.priority = priority;
    job.created = instruments.clock.now();
    job.due = instruments.clock.now() + in;
    job.actor.requestId = "r-1";
    job.actor.traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const auto unit = storage.begin();
    store.put(*unit, job);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  JobRunner::Turn turn() {
    const auto done = loop.run(runner->turn(true));
    EXPECT_TRUE(done.ok());
    return done.ok() ? *done : JobRunner::Turn{};
  }
  /// Lets what has been posted run, as often as handlers need it.
  void settle() {
    loop.run([]() -> base::Task<void> {
      for (int i = 0; i < 5; ++i) co_await base::sleepFor(std::chrono::nanoseconds(0));
    }());
  }
  std::optional<JobStore::Found> find(const std::string& key) {
    return *base::runBlocking(store.find("mail", key));
  }
  std::string executed(const std::string& outcome) {
    return instruments.sample(R"(scheduling_jobs_executed_total{kind="mail",outcome=")" + outcome +
                              "\"}");
  }
  static void mark(UnitOfWork& unit, const std::string& name) {
    fakes::FakeStorage::add(unit, [name](fakes::FakeTables& tables) -> std::optional<base::Error> {
      std::string& count = tables.upkeep[name];
      count = std::to_string(count.empty() ? 1 : std::stoi(count) + 1);
      return std::nullopt;
    });
  }
  std::string marked(const std::string& name) {
    return storage.look([&](fakes::FakeTables& tables) {
      const auto found = tables.upkeep.find(name);
      return found == tables.upkeep.end() ? std::string("0") : found->second;
    });
  }

  obs::Instruments instruments;
  obs::LogCapture log{instruments};
  obs::Health health{{}, instruments.clock, instruments.catalog};
  obs::ErrorReporter errors{instruments.catalog, log.log, health, instruments.clock};
  obs::TraceList kept;
  obs::Tracer tracer{{}, {.exporter = &kept, .recorder = nullptr}, instruments.clock};
  JobProbe probe{{instruments.catalog, log.log, errors, &tracer, instruments.clock}};
  fakes::FakeStorage storage;
  fakes::FakeJobStore store{storage};
  SchedulerOptions options;
  TestHandler handler;
  base::LocalLoop loop;
  std::unique_ptr<JobRunner> runner;
};

}  // namespace sw::jobs
