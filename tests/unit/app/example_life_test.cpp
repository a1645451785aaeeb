#include "app/example/example_life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "calendar/calendar_file.h"

namespace sw::app {
namespace {

const base::Instant kNow{std::chrono::seconds(1'795'000'000)};  // 18 November 2026, 11:06 UTC

accounts::DayRule berlin() { return {*base::Zone::find("Europe/Berlin"), std::chrono::minutes(0)}; }

TEST(ExampleLife, TellsTheSameStoryForTheSameSeed) {
  const ExampleLife one = makeExampleLife(7, kNow, berlin());
  const ExampleLife two = makeExampleLife(7, kNow, berlin());
  const ExampleLife other = makeExampleLife(8, kNow, berlin());
  ASSERT_EQ(one.deeds.size(), two.deeds.size());
  for (std::size_t i = 0; i < one.deeds.size(); ++i) EXPECT_EQ(one.deeds[i].at, two.deeds[i].at);
  EXPECT_EQ(one.calendarFile, two.calendarFile);
  EXPECT_NE(one.deeds.size(), other.deeds.size());
}

TEST(ExampleLife, TellsHalfAYearInOrderAndNothingOfTheFuture) {
  const ExampleLife life = makeExampleLife(1, kNow, berlin());
  EXPECT_TRUE(std::ranges::is_sorted(life.deeds, {}, &Deed::at));
  EXPECT_LE(life.deeds.back().at, kNow);
  EXPECT_GT(life.deeds.back().at, kNow - std::chrono::days(2));
  EXPECT_LT(life.deeds.front().at, kNow - std::chrono::days(181));
}

TEST(ExampleLife, NamesNothingBeforeItWasBegun) {
  const ExampleLife life = makeExampleLife(3, kNow, berlin());
  std::map<std::string, bool> begun{{"", true}};
  for (const Deed& deed : life.deeds) {
    if (const auto* habit = std::get_if<StartHabit>(&deed.what)) begun[habit->key] = true;
    if (const auto* goal = std::get_if<StartGoal>(&deed.what)) {
      EXPECT_TRUE(begun[goal->habit]) << goal->habit;
      begun[goal->key] = true;
    }
    if (const auto* done = std::get_if<CompleteHabit>(&deed.what)) {
      EXPECT_TRUE(begun[done->key]);
    }
    if (const auto* told = std::get_if<TellProgress>(&deed.what)) {
      EXPECT_TRUE(begun[told->goal]);
    }
    if (const auto* task = std::get_if<StartTask>(&deed.what)) {
      EXPECT_TRUE(begun[task->goal]) << task->goal;
      for (const std::string& blocker : task->blockers) EXPECT_TRUE(begun[blocker]) << blocker;
      begun[task->key] = true;
    }
    if (const auto* finished = std::get_if<CompleteTask>(&deed.what)) {
      EXPECT_TRUE(begun[finished->key]) << finished->key;
    }
    if (const auto* worked = std::get_if<WorkOnTask>(&deed.what)) {
      EXPECT_TRUE(begun[worked->key]) << worked->key;
    }
  }
}

TEST(ExampleLife, CompletesNoTaskBeforeWhatItWaitsFor) {
  const ExampleLife life = makeExampleLife(1, kNow, berlin());
  std::map<std::string, std::vector<std::string>> waitsFor;
  std::map<std::string, int> done;
  for (const Deed& deed : life.deeds) {
    if (const auto* task = std::get_if<StartTask>(&deed.what)) waitsFor[task->key] = task->blockers;
    const auto* finished = std::get_if<CompleteTask>(&deed.what);
    if (finished == nullptr) continue;
    for (const std::string& blocker : waitsFor[finished->key]) EXPECT_EQ(done[blocker], 1);
    ++done[finished->key];
  }
  EXPECT_EQ(done["shop"], 1);
  EXPECT_EQ(done["launch"], 0);
  EXPECT_GE(done["rent"], 5);
  EXPECT_GE(done["bins"], 11);
}

TEST(ExampleLife, WritesACalendarThatNeedsNoRepair) {
  const ExampleLife life = makeExampleLife(1, kNow, berlin());
  const auto file = calendar::CalendarFile::open(life.calendarFile);
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE((*file)->issues().empty()) << (*file)->issues().front().problem;
  EXPECT_GT((*file)->size(), 60U);
}

}  // namespace
}  // namespace sw::app
