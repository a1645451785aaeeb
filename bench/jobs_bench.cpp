// Durable jobs on SQLite: how many trivial ones are done in a second, and what a claim, the look
// for the next and the count cost beside jobs that are not due. Bounded: under a minute in all.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/sql/sql_job_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "jobs/job_probe.h"
#include "jobs/scheduler.h"

namespace {

namespace fs = std::filesystem;
using namespace sw;
using namespace std::chrono_literals;

class NoSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override { return lines.size(); }
  [[nodiscard]] std::string trouble() const override { return {}; }
};

/// Does nothing but count.
class Counting final : public jobs::JobHandler {
 public:
  [[nodiscard]] jobs::JobPolicy policy() const override { return {.concurrency = 512}; }
  base::Task<base::Result<void>> run(const jobs::Job&, jobs::UnitOfWork&) override {
    done.fetch_add(1, std::memory_order_relaxed);
    co_return base::Result<void>();
  }
  std::atomic<int> done{0};
};

/// A new SQLite file with jobs in it.
class World {
 public:
  World() {
    std::string pattern = (fs::temp_directory_path() / "sw-jobs-bench-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sql::SqliteOptions options;
    options.file = folder_ / "jobs.sqlite";
    database_ = *sql::SqliteDatabase::open(options, clock_);
    storage = std::make_unique<sql::SqlStorage>(*database_);
    store = std::make_unique<sql::SqlJobStore>(*database_);
  }
  ~World() {
    store.reset();
    storage.reset();
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void put(int count, std::chrono::seconds in) {
    constexpr int kPiece = 1000;
    base::LocalLoop loop;
    for (int i = 0; i < count; i += kPiece) {
      const auto unit = storage->begin();
      for (int j = i; j < std::min(count, i + kPiece); ++j) {
        jobs::Job job;
        job.id = base::newUuid(clock_);
        job.kind = "bench";
        job.userId = users_[static_cast<std::size_t>(j) % users_.size()];
        job.payload = R"({"habit":"0190163d-8694-739b-aea5-966c26f8ad91"})";
        job.created = clock_.now();
        job.due = job.created + in;
        store->put(*unit, job);
      }
      if (!loop.run(unit->commit()).ok()) std::abort();
    }
  }

  base::SystemClock clock_;
  std::unique_ptr<sql::SqlStorage> storage;
  std::unique_ptr<sql::SqlJobStore> store;

 private:
  fs::path folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::vector<base::Uuid> users_ = [this] {
    std::vector<base::Uuid> made(1000);
    for (base::Uuid& id : made) id = base::newUuid(clock_);
    return made;
  }();
};

void BM_DoesDueJobs(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    World world;
    obs::Metrics metrics(world.clock_);
    obs::MetricCatalog catalog(metrics);
    obs::Log log({}, std::make_unique<NoSink>(), {}, world.clock_, catalog);
    obs::Health health({}, world.clock_, catalog);
    obs::ErrorReporter errors(catalog, log, health, world.clock_);
    jobs::JobProbe probe({.catalog = catalog, .log = log, .errors = errors, .clock = world.clock_});
    Counting handler;
    jobs::Scheduler scheduler({*world.storage, *world.store, world.clock_, probe}, {});
    scheduler.add("bench", handler);
    world.put(count, 0s);
    state.ResumeTiming();
    scheduler.start();
    while (handler.done.load(std::memory_order_relaxed) < count || scheduler.running() > 0) {
      std::this_thread::sleep_for(1ms);
    }
    state.PauseTiming();
    if (!scheduler.stop(5s)) std::abort();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(BM_DoesDueJobs)->Arg(100000)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

void BM_ClaimsBesideJobsThatAreNotDue(benchmark::State& state) {
  World world;
  world.put(static_cast<int>(state.range(0)), 24h);
  base::LocalLoop loop;
  for (auto _ : state) {
    state.PauseTiming();
    world.put(16, 0s);
    const jobs::JobStore::Claim claim{.wanted = {{.kind = "bench", .limit = 16}},
                                      .holder = "bench",
                                      .now = world.clock_.now(),
                                      .lease = 24h,
                                      .limit = 16};
    state.ResumeTiming();
    const auto taken = loop.run(world.store->claim(claim));
    if (!taken.ok() || taken->size() != 16) state.SkipWithError("not all were taken");
  }
}
BENCHMARK(BM_ClaimsBesideJobsThatAreNotDue)
    ->Arg(1000)
    ->Arg(1000000)
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(200)
    ->UseRealTime();

void BM_LooksForTheNextBesideJobsThatAreNotDue(benchmark::State& state) {
  World world;
  world.put(static_cast<int>(state.range(0)), 24h);
  base::LocalLoop loop;
  const std::vector<std::string> kinds{"bench"};
  for (auto _ : state) {
    const auto next = loop.run(world.store->nextDue(kinds));
    if (!next.ok() || !*next) state.SkipWithError("nothing was found");
  }
}
BENCHMARK(BM_LooksForTheNextBesideJobsThatAreNotDue)
    ->Arg(1000)
    ->Arg(1000000)
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(200)
    ->UseRealTime();

// What the gauges cost every ten seconds.
void BM_CountsJobs(benchmark::State& state) {
  World world;
  world.put(static_cast<int>(state.range(0)), 24h);
  base::LocalLoop loop;
  for (auto _ : state) {
    const auto census = loop.run(world.store->census(world.clock_.now()));
    if (!census.ok() || census->size() != 1) state.SkipWithError("not all were counted");
  }
}
BENCHMARK(BM_CountsJobs)
    ->Arg(1000)
    ->Arg(1000000)
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(5)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
