#include <coroutine>

#include "contract/stores/store_world.h"
#include "habits/habit_editor.h"

namespace sw::contract {
namespace {

using habits::HabitEntry;
using habits::HabitRecord;
using habits::HabitStore;
using habits::LocalDate;
using std::chrono::days;

constexpr LocalDate kToday{std::chrono::year(2026) / 1 / 5};

/// Commits that run at the same time.
struct Race {
  int left = 0;
  int won = 0;
  int lost = 0;
  std::coroutine_handle<> waiting;
};
base::Detached commitOne(jobs::UnitOfWork& unit, Race& race) {
  const auto done = co_await unit.commit();
  ++(done.ok() ? race.won : race.lost);
  if (!done.ok()) {
    EXPECT_EQ(done.error().code(), base::Code::kConflict);
  }
  if (--race.left == 0 && race.waiting) base::Loop::current()->post(race.waiting);
}
base::Task<void> commitAll(const std::vector<std::unique_ptr<jobs::UnitOfWork>>& units,
                           Race& race) {
  for (const auto& unit : units) commitOne(*unit, race);
  struct Wait {
    Race& race;
    [[nodiscard]] bool await_ready() const { return race.left == 0; }
    void await_suspend(std::coroutine_handle<> handle) const { race.waiting = handle; }
    void await_resume() const {}
  };
  co_await Wait{race};
}

class HabitsContract : public StoreContract {
 protected:
  HabitStore& store() { return backend_->habits(); }
  HabitRecord record(const base::Uuid& user, std::optional<LocalDate> due = std::nullopt) {
    HabitRecord out;
    out.userId = user;
    out.id = newId();
    out.revision = 1;
    out.nextDue = due;
    out.streakDays = 3;
    out.streakUntil = clock_.now() + std::chrono::hours(24);
    out.content = R"({"name":"Walk ☀"})";
    out.state = "1 2 3";
    out.created = clock_.now();
    out.updated = clock_.now();
    return out;
  }
  void put(const HabitRecord& row) {
    const auto unit = begin();
    store().put(*unit, row);
    ASSERT_TRUE(commit(unit).ok());
  }
  static HabitEntry entry(LocalDate date) {
    return {date,
            HabitEntry::Status::kDone,
            1.5,
            "note",
            "Europe/Berlin",
            base::Instant(std::chrono::seconds(1767603600)),
            true,
            2};
  }
  base::Uuid user_;
  void SetUp() override {
    StoreContract::SetUp();
    if (backend_) user_ = addUser("ann").id;
  }
};

TEST_P(HabitsContract, KeepsWhatWasWrittenWithTheSettings) {
  const HabitRecord row = record(user_, kToday);
  put(row);
  auto found = get(store().find(user_, row.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->record, row);
  EXPECT_FALSE(found->settings);
  const auto unit = begin();
  backend_->settings().put(*unit, user_, {R"({"timeZone":"Asia/Tokyo"})", 1, clock_.now()});
  ASSERT_TRUE(commit(unit).ok());
  found = get(store().find(user_, row.id));
  ASSERT_TRUE(found->settings);
  EXPECT_EQ(found->settings->document, R"({"timeZone":"Asia/Tokyo"})");
}

TEST_P(HabitsContract, ShowsNobodyElseAHabit) {
  const HabitRecord row = record(user_);
  put(row);
  EXPECT_FALSE(get(store().find(addUser("bob").id, row.id)));
}

TEST_P(HabitsContract, RefusesAWriteOverAnotherRevision) {
  HabitRecord row = record(user_);
  put(row);
  row.revision = 3;
  const auto unit = begin();
  store().put(*unit, row);
  EXPECT_EQ(commit(unit).error().code(), base::Code::kConflict);
}

TEST_P(HabitsContract, LeavesTheContentWhereOnlyTheStateIsWritten) {
  HabitRecord row = record(user_, kToday);
  put(row);
  HabitRecord next = row;
  next.revision = 2;
  next.content = "lost";
  next.state = "4 5 6";
  next.nextDue = kToday + days(1);
  next.streakDays = 4;
  const auto unit = begin();
  store().putState(*unit, next);
  ASSERT_TRUE(commit(unit).ok());
  next.content = row.content;
  EXPECT_EQ(get(store().find(user_, row.id))->record, next);
}

TEST_P(HabitsContract, ListsByIdAndWhetherArchived) {
  std::vector<HabitRecord> rows;
  for (int i = 0; i < 5; ++i) {
    rows.push_back(record(user_));
    rows.back().archived = i == 2;
    clock_.advance(std::chrono::seconds(1));
  }
  for (const HabitRecord& row : rows) put(row);
  const auto first = get(store().list(user_, HabitStore::Which::kActive, {}, 2));
  ASSERT_EQ(first.size(), 2U);
  const auto rest = get(store().list(user_, HabitStore::Which::kActive, first.back().id, 10));
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest.front().id, rows[3].id);
  EXPECT_EQ(get(store().list(user_, HabitStore::Which::kArchived, {}, 10)).size(), 1U);
  EXPECT_EQ(get(store().list(user_, HabitStore::Which::kAll, {}, 10)).size(), 5U);
}

TEST_P(HabitsContract, FindsWhatIsDueByDate) {
  std::vector<HabitRecord> rows;
  for (const int ahead : {1, 0, -2, 0}) {
    rows.push_back(record(user_, kToday + days(ahead)));
    clock_.advance(std::chrono::seconds(1));
  }
  rows.push_back(record(user_));
  for (const HabitRecord& row : rows) put(row);
  const auto due = get(store().due(user_, kToday, {}, 10));
  ASSERT_EQ(due.size(), 3U);
  EXPECT_EQ(due[0].id, rows[2].id);
  EXPECT_EQ(due[1].id, rows[1].id);
  EXPECT_EQ(due[2].id, rows[3].id);
  const auto rest = get(store().due(user_, kToday, {*due[1].nextDue, due[1].id}, 10));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].id, rows[3].id);
}

TEST_P(HabitsContract, HasOneEntryADate) {
  const HabitRecord row = record(user_);
  put(row);
  auto unit = begin();
  store().addEntry(*unit, row.id, entry(kToday));
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().entry(row.id, kToday)), entry(kToday));
  unit = begin();
  store().addEntry(*unit, row.id, entry(kToday));
  EXPECT_EQ(commit(unit).error().code(), base::Code::kConflict);
  HabitEntry other = entry(kToday);
  other.status = HabitEntry::Status::kFrozen;
  unit = begin();
  store().putEntry(*unit, row.id, other);
  store().putEntry(*unit, row.id, entry(kToday - days(1)));
  ASSERT_TRUE(commit(unit).ok());
  const auto all = get(store().entries(row.id, kToday - days(9), kToday, 10));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], other);
  EXPECT_EQ(get(store().entries(row.id, kToday - days(9), kToday, 1)).size(), 1U);
  unit = begin();
  store().removeEntry(*unit, row.id, kToday);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(store().entry(row.id, kToday)));
  unit = begin();
  store().removeEntry(*unit, row.id, kToday);
  EXPECT_EQ(commit(unit).error().code(), base::Code::kConflict);
}

TEST_P(HabitsContract, RemovesAHabitWithItsEntries) {
  const HabitRecord row = record(user_);
  put(row);
  auto unit = begin();
  store().addEntry(*unit, row.id, entry(kToday));
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  store().remove(*unit, user_, row.id, 7);
  EXPECT_EQ(commit(unit).error().code(), base::Code::kConflict);
  unit = begin();
  store().remove(*unit, user_, row.id, 1);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(store().find(user_, row.id)));
  EXPECT_FALSE(get(store().entry(row.id, kToday)));
}

TEST_P(HabitsContract, CountsStreaksThatStillStand) {
  for (const int length : {0, 1, 2, 6, 7, 29, 30, 100, 400}) {
    HabitRecord row = record(user_);
    row.streakDays = length;
    put(row);
  }
  HabitRecord over = record(user_);
  over.streakDays = 50;
  over.streakUntil = clock_.now();
  put(over);
  HabitRecord archived = record(user_);
  archived.archived = true;
  put(archived);
  const HabitStore::StreakCensus expected = {2, 2, 1, 1, 1, 1, 2};
  EXPECT_EQ(get(store().streaks(clock_.now())), expected);
}

TEST_P(HabitsContract, CountsACompletionOnceUnder64AtATime) {
  habits::HabitEditor editor(store(), backend_->changes(), clock_);
  habits::HabitInput input;
  input.content.name = "Walk";
  auto unit = begin();
  const auto made = editor.create(*unit, user_, input, std::nullopt, {});
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(commit(unit).ok());
  const base::Uuid id = made->open.habit.id;
  // All of them have read the habit before any of them writes.
  std::vector<std::unique_ptr<jobs::UnitOfWork>> units;
  for (int i = 0; i < 64; ++i) {
    const auto found = get(store().find(user_, id));
    auto opened = habits::open(found->record, std::nullopt);
    units.push_back(begin());
    const auto edit =
        run(editor.complete(*units.back(), *std::move(opened), habits::Completion(), {}));
    ASSERT_TRUE(edit.ok());
    ASSERT_TRUE(edit->changed);
  }
  Race race{static_cast<int>(units.size()), 0, 0, {}};
  run(commitAll(units, race));
  EXPECT_EQ(race.won, 1);
  EXPECT_EQ(race.lost, 63);
  const auto all = get(store().entries(id, LocalDate(days(0)), kToday + days(1), 10));
  ASSERT_EQ(all.size(), 1U);
  const auto known = get(store().find(user_, id));
  EXPECT_EQ(habits::open(known->record, std::nullopt)->state.last->date, all[0].date);
}

SW_CONTRACT_SUITE(HabitsContract);

}  // namespace
}  // namespace sw::contract
