// Reminders on SQLite, the whole way: what is due is found and claimed, judged by the habit, its
// entries and the person's settings, told in the program (row, change log), and the next one is
// planned, all of it durable; the relay tells the planner of what was written meanwhile. How long
// 100,000 habits take that are due at the same moment, and what reminding costs beside habits that
// are not due. Bounded: some minutes in all.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "accounts/settings_json.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "contract/reminders/reminder_copy.h"
#include "habits/habit_editor.h"
#include "jobs/scheduler_bell.h"

namespace {

namespace fs = std::filesystem;
using namespace sw;
using namespace std::chrono_literals;

constexpr int kHabitsOfOne = 5;
/// Within which what is due in one minute must have been told.
constexpr double kBoundSeconds = 60;

/// The system's clock, some time ahead of it or behind.
class ShiftedClock final : public base::Clock {
 public:
  [[nodiscard]] base::Instant now() const override {
    return system_.now() + std::chrono::microseconds(shift_.load());
  }
  [[nodiscard]] base::Monotonic monotonic() const override { return system_.monotonic(); }
  void set(base::Instant now) { shift_ = (now - system_.now()).count(); }

 private:
  base::SystemClock system_;
  std::atomic<std::int64_t> shift_{0};
};

void check(const base::Result<void>& done) {
  if (done.ok()) return;
  std::fprintf(stderr, "%s\n", done.error().describe().c_str());
  std::abort();
}

/// A new SQLite file with people and their daily habits, all of them at eight in the morning, and
/// the time shortly before that.
class World {
 public:
  World() {
    std::string pattern = (fs::temp_directory_path() / "sw-reminders-bench-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sql::SqliteOptions options;
    options.file = folder_ / "reminders.sqlite";
    clock.set(eight_ - 1h);
    database = *sql::SqliteDatabase::open(options, clock);
    copy = std::make_unique<contract::ReminderCopy>(*database, clock, channels_, 0ms);
  }
  ~World() {
    copy.reset();
    database.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void addHabits(int count) {
    for (int made = 0; made < count; made += kHabitsOfOne) addPerson(made / kHabitsOfOne);
    loop_.run(copy->relay.settle());
  }
  /// Reminders and jobs of habits that are due long after everything else.
  void addNotDue(int count) {
    constexpr int kPiece = 1000;
    for (int made = 0; made < count; made += kPiece) {
      const auto unit = copy->storage.begin();
      for (int i = 0; i < kPiece && made + i < count; ++i) addNotDue(*unit);
      check(loop_.run(unit->commit()));
    }
  }
  /// Eight in the morning of the next day.
  void goOn() {
    clock.set(eight_);
    eight_ += 24h;
  }

  struct Told {
    std::int64_t count = 0;
    std::chrono::microseconds latest{};  // behind its due time
  };
  Told told() {
    static constexpr sql::Statement kTold{
        "bench.told", sql::Operation::kSelect,
        "SELECT count(*), coalesce(max(told - due), 0) FROM reminders WHERE state = 3"};
    const auto found = loop_.run(sql::readOne<Told>(*database, kTold, {}, [](const sql::Row& row) {
      return Told{row.integer(0), std::chrono::microseconds(row.integer(1))};
    }));
    return found.ok() && *found ? **found : Told{};
  }
  /// Whether no reminder can be claimed at this moment.
  bool isIdle() {
    const auto next = loop_.run(copy->jobs.nextDue({std::string(reminders::job_kind::kDue)}));
    return next.ok() && (!*next || **next > clock.now());
  }

  ShiftedClock clock;
  std::unique_ptr<sql::SqliteDatabase> database;
  std::unique_ptr<contract::ReminderCopy> copy;

 private:
  void addPerson(int number) {
    accounts::User user;
    user.id = base::newUuid(clock);
    user.subject = "person-" + std::to_string(number);
    user.revision = 1;
    user.created = user.updated = clock.now();
    const auto unit = copy->storage.begin();
    copy->users.create(*unit, user);
    accounts::SettingsStore::Stored settings{
        accounts::toSettingsDocument(accounts::Settings::defaults("Europe/Berlin")), 1,
        clock.now()};
    copy->settings.put(*unit, user.id, settings);
    habits::HabitEditor editor(copy->habits, copy->changes, clock);
    for (int i = 0; i < kHabitsOfOne; ++i) {
      habits::HabitInput input;
      input.content.name = "Habit " + std::to_string(i);
      input.content.targetTime = 8h;
      input.content.reminders.enabled = true;
      if (!editor.create(*unit, user.id, std::move(input), settings, {}).ok()) std::abort();
    }
    check(loop_.run(unit->commit()));
  }
  void addNotDue(jobs::UnitOfWork& unit) {
    reminders::Reminder row;
    row.id = base::newUuid(clock);
    row.userId = base::newUuid(clock);
    row.resourceId = base::newUuid(clock);
    row.occasionKey = "2036-01-07";
    row.occasion = row.scheduled = row.due = eight_ + std::chrono::days(3650);
    row.expires = row.due + 16h;
    row.title = "Habit";
    row.channels = {"in_app"};
    row.revision = 1;
    row.updated = clock.now();
    copy->reminders.put(unit, row);
    jobs::Job job;
    job.id = base::newUuid(clock);
    job.kind = reminders::job_kind::kDue;
    job.key = row.resourceId.toString();
    job.userId = row.userId;
    job.payload = R"({"kind":"habit"})";
    job.priority = 3;
    job.due = row.due;
    job.created = row.updated;
    copy->jobs.put(unit, job);
  }

  fs::path folder_;
  base::LocalLoop loop_;
  std::vector<reminders::Channel*> channels_;
  base::Instant eight_{std::chrono::seconds(1767769200)};  // 2026-01-07T08:00 in Berlin
};

void BM_TellsWhatIsDueInOneMinute(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    World world;
    world.addHabits(count);
    jobs::Scheduler scheduler(world.copy->jobParts(world.clock), {});
    world.copy->addTo(scheduler);
    world.goOn();
    state.ResumeTiming();
    world.copy->relay.start();
    scheduler.start();
    while (!world.isIdle() || scheduler.running() > 0) std::this_thread::sleep_for(20ms);
    state.PauseTiming();
    if (!scheduler.stop(5s)) std::abort();
    world.copy->relay.stop();
    const World::Told told = world.told();
    if (told.count != count) state.SkipWithError("not all were told");
    const double seconds = std::chrono::duration<double>(told.latest).count();
    state.counters["latest_s"] = seconds;
    state.counters["of_the_minute"] = seconds / kBoundSeconds;
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(BM_TellsWhatIsDueInOneMinute)
    ->Arg(10000)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();

/// The runner alone, so that nothing else is on the machine's mind.
base::Task<int> tellAll(World& world, jobs::JobRunner& runner, jobs::SchedulerBell& bell) {
  int told = 0;
  while (true) {
    const auto turn = co_await runner.turn(true);
    if (!turn.ok()) co_return -1;
    told += turn->begun;
    if (turn->begun == 0 && runner.running() == 0) co_return told;
    if (runner.running() > 0) co_await bell.until(world.clock.now() + 1s);
  }
}

void BM_TellsBesideHabitsThatAreNotDue(benchmark::State& state) {
  constexpr int kDue = 1000;
  World world;
  world.addHabits(kDue);
  world.addNotDue(static_cast<int>(state.range(0)));
  base::LocalLoop loop;
  jobs::SchedulerBell bell(loop, world.clock);
  jobs::JobRunner runner(
      world.copy->jobParts(world.clock), {}, [] { return 0.5; }, [&bell] { bell.ring(); });
  world.copy->addTo(runner);
  for (auto _ : state) {
    state.PauseTiming();
    world.goOn();
    state.ResumeTiming();
    const int told = loop.run(tellAll(world, runner, bell));
    if (told != kDue) state.SkipWithError("not all were told");
  }
  state.SetItemsProcessed(state.iterations() * kDue);
}
BENCHMARK(BM_TellsBesideHabitsThatAreNotDue)
    ->Arg(1000)
    ->Arg(1000000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10)
    ->UseRealTime();

/// What finding and claiming alone costs.
void BM_ClaimsBesideHabitsThatAreNotDue(benchmark::State& state) {
  constexpr int kDue = 16;
  World world;
  world.addNotDue(static_cast<int>(state.range(0)));
  world.addHabits(kDue * 5);
  world.goOn();
  base::LocalLoop loop;
  const std::string kind(reminders::job_kind::kDue);
  for (auto _ : state) {
    const jobs::JobStore::Claim claim{.wanted = {{.kind = kind, .limit = kDue}},
                                      .holder = "bench",
                                      .now = world.clock.now(),
                                      .lease = 1ms,
                                      .limit = kDue};
    const auto taken = loop.run(world.copy->jobs.claim(claim));
    if (!taken.ok() || taken->size() != kDue) state.SkipWithError("not all were taken");
    state.PauseTiming();
    std::this_thread::sleep_for(2ms);
    state.ResumeTiming();
  }
}
BENCHMARK(BM_ClaimsBesideHabitsThatAreNotDue)
    ->Arg(1000)
    ->Arg(1000000)
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(200)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
