// No reminder twice and none lost, wherever the process is killed: the program's stores, relay and
// jobs on a SQLite file. What a copy leaves that dies, another one finds.
#include <gtest/gtest.h>

#include <cstdlib>

#include "contract/reminders/reminder_story.h"

namespace sw::contract {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool isFull() { return std::getenv("SW_FULL") != nullptr; }

void finishQuietly(Story& story) {
  story.mail.isAway = story.hook.isAway = [] { return false; };
  for (int i = 0; i < 40; ++i) {
    story.work(1, [](int) { return false; });
    story.clock.advance(minutes(3));
  }
}

/// The mornings of some days, with everything that can happen in them.
int tell(Story& story) {
  int deaths = 0;
  const auto dies = [&](int) { return deaths < 60 && story.chance(0.004); };
  story.mail.isAway = story.hook.isAway = [&] { return story.chance(0.1); };
  for (int day = 0; day < Story::kDays; ++day) {
    const base::Instant noon = Story::kBegin + hours(24 * day + 6);
    while (story.clock.now() < noon) {
      if (day < 2 && story.chance(0.04)) story.addHabit();
      if (story.chance(0.03)) story.complete();
      if (story.chance(0.03)) story.touch();
      if (story.chance(0.02)) story.snooze();
      if (story.chance(0.01)) story.travel();
      const int died = story.work(1 + story.upTo(1), dies);
      deaths += died;
      // Until somebody starts it again; leases end meanwhile.
      if (died > 0) story.clock.advance(seconds(31 + story.upTo(1200)));
      story.clock.advance(seconds(5 + story.upTo(400)));
    }
    finishQuietly(story);
    story.clock.set(Story::kBegin + hours(24 * (day + 1)));
  }
  story.clock.set(Story::kBegin + hours(24 * (Story::kDays - 1) + 12));
  return deaths;
}

TEST(ReminderKill, TellsOnceAndLosesNothingWhereverCopiesAreKilled) {
  const int rounds = isFull() ? 500 : 6;
  int deaths = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE("seed " + std::to_string(round + 1));
    Story story(static_cast<unsigned>(round) + 1);
    deaths += tell(story);
    story.checkToldOnce();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(deaths, 2 * rounds) << "hardly anything was killed";
}

/// A short story: two habits due within a minute, told, one of them after a snooze.
void tellShortly(Story& story, const std::function<bool(int)>& dies) {
  story.addHabit();
  story.addHabit();
  int step = 0;
  const auto counted = [&](int) { return dies(step++); };
  const base::Instant noon = Story::kBegin + hours(6);
  for (int i = 0; story.clock.now() < noon; ++i) {
    if (i == 12) story.touch();
    const bool died = story.work(1, counted) > 0;
    story.clock.advance(died ? seconds(45) : minutes(20));
  }
  story.steps = step;
  finishQuietly(story);
}

TEST(ReminderKill, TellsOnceAndLosesNothingWhenKilledAtAnyOneStep) {
  int steps = 0;
  {
    Story story(7);
    tellShortly(story, [](int) { return false; });
    story.checkToldOnce();
    steps = story.steps;
  }
  ASSERT_GT(steps, 100);
  // By default every seventh step, beginning elsewhere for each kind of step to have its turn.
  const int stride = isFull() ? 1 : std::max(1, steps / 60);
  for (int at = 0; at < steps; at += stride) {
    SCOPED_TRACE("killed at step " + std::to_string(at) + " of " + std::to_string(steps));
    Story story(7);
    tellShortly(story, [at](int step) { return step == at; });
    story.checkToldOnce();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace sw::contract
