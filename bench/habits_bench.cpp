// What habits cost: a completion through the store with 64 people at a time, and what a change of a
// habit's past counts anew. On SQLite, each write durable. Bounded: some seconds in all.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <coroutine>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sql/sql_change_log.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sql_user_store.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "habits/habit_editor.h"

namespace {

namespace fs = std::filesystem;
using namespace sw;
using habits::HabitEntry;
using habits::HabitState;
using habits::LocalDate;
using std::chrono::days;

constexpr int kPeople = 64;
constexpr int kTenYears = 3653;

void mustBeOk(bool ok) {
  if (!ok) std::abort();
}

habits::HabitContent dailyFrom(LocalDate start) {
  habits::HabitContent content;
  content.name = "Walk";
  content.versions = {{start, {}, std::nullopt, start}};
  return content;
}

/// An entry for each of so many dates up to `last`.
std::vector<HabitEntry> everyDate(LocalDate last, int count) {
  std::vector<HabitEntry> entries;
  for (LocalDate date = last - days(count - 1); date <= last; date += days(1)) {
    HabitEntry entry;
    entry.date = date;
    entry.amount = 1;
    entry.timeZone = "UTC";
    entries.push_back(entry);
  }
  return entries;
}

/// A new SQLite file with a habit for each of 64 people.
class World {
 public:
  World() {
    std::string pattern = (fs::temp_directory_path() / "sw-habits-bench-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sql::SqliteOptions options;
    options.file = folder_ / "habits.sqlite";
    database_ = *sql::SqliteDatabase::open(options, clock_);
    storage = std::make_unique<sql::SqlStorage>(*database_);
    store = std::make_unique<sql::SqlHabitStore>(*database_);
    changes_ = std::make_unique<sql::SqlChangeLog>(*database_);
    editor = std::make_unique<habits::HabitEditor>(*store, *changes_, clock_);
    sql::SqlUserStore users(*database_);
    for (int i = 0; i < kPeople; ++i) {
      accounts::User user;
      user.id = base::newUuid(clock_);
      user.subject = user.id.toString();
      user.revision = 1;
      habits::HabitInput input;
      input.content.name = "Walk";
      const auto unit = storage->begin();
      users.create(*unit, user);
      const auto made = editor->create(*unit, user.id, input, std::nullopt, {});
      mustBeOk(made.ok() && base::runBlocking(unit->commit()).ok());
      people_.push_back({user.id, made->open.habit.id});
    }
  }
  ~World() {
    editor.reset();
    changes_.reset();
    store.reset();
    storage.reset();
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  habits::OpenHabit load(std::size_t person) { return base::runBlocking(find(person)).value(); }
  base::Task<base::Result<habits::OpenHabit>> find(std::size_t person) {
    SW_CO_TRY(const auto found, co_await store->find(people_[person].user, people_[person].habit));
    co_return habits::open(found->record, found->settings);
  }
  /// Gives the first person's habit a past of so many dates up to yesterday.
  void livedFor(int count) {
    habits::OpenHabit open = load(0);
    const LocalDate today = accounts::localDateOf(clock_.now(), open.day);
    const auto entries = everyDate(today - days(1), count);
    open.habit.content.versions = dailyFrom(entries.front().date).versions;
    open.state = HabitState::counted(open.habit.content, entries);
    ++open.habit.revision;
    const auto unit = storage->begin();
    for (const HabitEntry& entry : entries) store->addEntry(*unit, open.habit.id, entry);
    const auto progress = habits::progressOf(open.habit, open.state, clock_.now(), open.day);
    store->put(*unit, habits::toRecord(open, progress));
    mustBeOk(base::runBlocking(unit->commit()).ok());
  }

  base::Task<void> complete(std::size_t person) {
    auto found = co_await find(person);
    habits::OpenHabit open = *std::move(found);
    const auto unit = storage->begin();
    const habits::Completion completion;
    const jobs::Actor actor;
    const auto edit = co_await editor->complete(*unit, std::move(open), completion, actor);
    mustBeOk(edit.ok() && edit->completed);
    const auto done = co_await unit->commit();
    mustBeOk(done.ok());
  }
  base::Task<void> takeBack(std::size_t person) {
    auto found = co_await find(person);
    habits::OpenHabit open = *std::move(found);
    const auto unit = storage->begin();
    const std::optional<LocalDate> today;
    const jobs::Actor actor;
    const auto edit = co_await editor->undo(*unit, std::move(open), today, actor);
    mustBeOk(edit.ok());
    const auto done = co_await unit->commit();
    mustBeOk(done.ok());
  }
  /// Everybody does theirs on the next day, all at a time.
  base::Task<void> aDay() {
    clock_.advance(std::chrono::hours(24));
    left_ = kPeople;
    for (std::size_t person = 0; person < people_.size(); ++person) one(*this, person);
    struct Wait {
      World& world;
      [[nodiscard]] bool await_ready() const { return world.left_ == 0; }
      void await_suspend(std::coroutine_handle<> handle) const { world.waiting_ = handle; }
      void await_resume() const {}
    };
    co_await Wait{*this};
    waiting_ = {};
  }

  std::unique_ptr<sql::SqlStorage> storage;
  std::unique_ptr<sql::SqlHabitStore> store;
  std::unique_ptr<habits::HabitEditor> editor;

 private:
  struct Person {
    base::Uuid user;
    base::Uuid habit;
  };
  static base::Detached one(World& world, std::size_t person) {
    co_await world.complete(person);
    if (--world.left_ == 0 && world.waiting_) base::Loop::current()->post(world.waiting_);
  }

  fakes::FakeClock clock_;
  fs::path folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<sql::SqlChangeLog> changes_;
  std::vector<Person> people_;
  int left_ = 0;
  std::coroutine_handle<> waiting_;
};

void completionsOf64People(benchmark::State& state) {
  World world;
  base::LocalLoop loop;
  for (auto _ : state) loop.run(world.aDay());
  state.SetItemsProcessed(state.iterations() * kPeople);
}
BENCHMARK(completionsOf64People)->Unit(benchmark::kMillisecond)->UseRealTime();

void doAndTakeBackAfter(benchmark::State& state) {
  World world;
  world.livedFor(static_cast<int>(state.range(0)));
  base::LocalLoop loop;
  for (auto _ : state) {
    loop.run(world.complete(0));
    loop.run(world.takeBack(0));
  }
}
BENCHMARK(doAndTakeBackAfter)
    ->Arg(100)
    ->Arg(kTenYears)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

void countFromScratch(benchmark::State& state) {
  const LocalDate last{std::chrono::year(2026) / 1 / 5};
  const auto entries = everyDate(last, static_cast<int>(state.range(0)));
  const habits::HabitContent content = dailyFrom(entries.front().date);
  for (auto _ : state) benchmark::DoNotOptimize(HabitState::counted(content, entries));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(countFromScratch)->Arg(100)->Arg(kTenYears);

/// What a completion of today takes without any store: reading the state, counting, writing it.
void countOneMore(benchmark::State& state) {
  const LocalDate last{std::chrono::year(2026) / 1 / 5};
  const auto entries = everyDate(last, kTenYears);
  habits::Habit habit;
  habit.content = dailyFrom(entries.front().date);
  const std::string text = encodeState(HabitState::counted(habit.content, entries));
  HabitEntry next = entries.back();
  next.date += days(1);
  const base::Instant now(std::chrono::sys_days(std::chrono::year(2026) / 1 / 6));
  for (auto _ : state) {
    auto known = habits::decodeState(text);
    const habits::HabitCalendar calendar(habit.content, known->settled.begin);
    known->append(calendar, next);
    benchmark::DoNotOptimize(habits::progressOf(habit, *known, now, {}));
    benchmark::DoNotOptimize(encodeState(*known));
  }
}
BENCHMARK(countOneMore);

void standingAfterARestOfYears(benchmark::State& state) {
  const LocalDate last{std::chrono::year(2016) / 1 / 5};
  const auto entries = everyDate(last, 100);
  habits::Habit habit;
  habit.content = dailyFrom(entries.front().date);
  const HabitState known = HabitState::counted(habit.content, entries);
  const base::Instant now(std::chrono::sys_days((last + days(state.range(0))).time_since_epoch()));
  for (auto _ : state) benchmark::DoNotOptimize(habits::progressOf(habit, known, now, {}));
}
BENCHMARK(standingAfterARestOfYears)->Arg(1)->Arg(kTenYears);

}  // namespace

BENCHMARK_MAIN();
