#include <chrono>
#include <functional>

#include "habits/frequency_json.h"
#include "unit/habits/habit_world.h"

namespace sw::habits {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr int kTenYears = 3653;

/// Habits that are years old: what they cost, and what a change of them reads.
class LongLifeTest : public HabitWorld {
 protected:
  /// A daily habit, done on each of so many dates up to yesterday, written in one go.
  void live(int dates) {
    liveIn("Europe/Berlin");
    at("2026-03-01T12:00");
    create(R"({"name":"Walk"})");
    const LocalDate today = progress().today;
    OpenHabit habit = load();
    habit.habit.content.versions[0].from = today - days(dates);
    habit.habit.content.versions[0].anchor = today - days(dates);
    auto unit = storage_.begin();
    std::vector<HabitEntry> all;
    for (LocalDate date = today - days(dates); date < today; date += days(1)) {
      HabitEntry entry;
      entry.date = date;
      entry.amount = 1;
      entry.timeZone = zone_;
      entry.at = base::Instant(accounts::beginOf(date, habit.day) + hours(9));
      store_.addEntry(*unit, id_, entry);
      all.push_back(entry);
    }
    habit.state = HabitState::counted(habit.habit.content, all);
    ++habit.habit.revision;
    const HabitProgress now = progressOf(habit.habit, habit.state, clock_.now(), habit.day);
    store_.put(*unit, toRecord(habit, now));
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  std::ptrdiff_t readBy(const std::function<base::Result<HabitEdit>()>& change) {
    const std::ptrdiff_t before = store_.entriesRead();
    const auto outcome = change();
    EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
    return store_.entriesRead() - before;
  }
  void expectAsFromScratch() {
    const OpenHabit habit = load();
    std::vector<HabitEntry> ascending;
    for (const auto& [date, entry] : entries()) ascending.push_back(entry);
    const HabitState anew = HabitState::counted(habit.habit.content, ascending);
    EXPECT_EQ(encodeTally(habit.state.settled), encodeTally(anew.settled));
    EXPECT_EQ(habit.state.last, anew.last);
  }
};

TEST_F(LongLifeTest, TakingTodayBackReadsSomeMonthsOfTenYears) {
  live(kTenYears);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, kTenYears + 1);
  const std::ptrdiff_t read = readBy([&] { return undo(); });
  EXPECT_LE(read, 2 * HabitState::kStretch.count());
  EXPECT_EQ(progress().current.count, kTenYears);
  expectAsFromScratch();
}

TEST_F(LongLifeTest, AChangeOfARecentDateReadsSomeMonthsOfTenYears) {
  live(kTenYears);
  for (const int ago : {1, 2, 7, 20, 40, 63}) {
    const LocalDate date = progress().today - days(ago);
    EXPECT_LE(readBy([&] { return undo(date); }), 2 * HabitState::kStretch.count()) << ago;
    EXPECT_EQ(progress().current.count, ago - 1) << ago;
    expectAsFromScratch();
    EXPECT_LE(readBy([&] { return completeOn(dateText(date)); }), 2 * HabitState::kStretch.count());
    EXPECT_EQ(progress().current.count, kTenYears) << ago;
    expectAsFromScratch();
  }
}

TEST_F(LongLifeTest, AChangeOfAnOldDateCountsEverythingBehindIt) {
  live(kTenYears);
  const LocalDate date = progress().today - days(3000);
  ASSERT_TRUE(undo(date).ok());
  EXPECT_EQ(progress().current.count, 2999);
  EXPECT_EQ(progress().longest.count, 2999);
  ASSERT_TRUE(completeOn(dateText(date)).ok());
  EXPECT_EQ(progress().current.count, kTenYears);
  expectAsFromScratch();
}

TEST_F(LongLifeTest, TakingBackEverythingLeavesAHabitWithoutEntries) {
  live(3);
  for (int ago = 1; ago <= 3; ++ago) ASSERT_TRUE(undo(progress().today - days(ago)).ok());
  EXPECT_EQ(progress().completions, 0);
  EXPECT_EQ(load().state, HabitState::fresh(load().habit.content));
}

TEST_F(LongLifeTest, IsLeftAloneForTenYearsAndTakenUpAgain) {
  live(100);
  clock_.advance(hours(24) * kTenYears);
  EXPECT_EQ(progress().current.count, 0);
  EXPECT_EQ(progress().longest.count, 100);
  EXPECT_NEAR(progress().strength, 0, 1e-9);
  ASSERT_TRUE(complete().ok());
  EXPECT_EQ(progress().current.count, 1);
  EXPECT_LE(readBy([&] { return undo(); }), 2 * HabitState::kStretch.count());
  expectAsFromScratch();
}

TEST_F(LongLifeTest, ReadsAStateThatWasWrittenWithoutCheckpoints) {
  live(200);
  HabitState state = load().state;
  state.checkpoints.clear();
  std::string text = encodeState(state);
  ASSERT_EQ(text.front(), '2');
  text.front() = '1';
  EXPECT_EQ(decodeState(text), state);
  EXPECT_EQ(decodeState("2 1 2|x y"), std::nullopt);
}

}  // namespace
}  // namespace sw::habits
