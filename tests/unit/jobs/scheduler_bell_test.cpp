#include "jobs/scheduler_bell.h"

#include <gtest/gtest.h>

#include "base/task.h"
#include "fakes/fake_clock.h"

namespace sw::jobs {
namespace {

using base::Task;
using namespace std::chrono_literals;

class SchedulerBellTest : public testing::Test {
 protected:
  enum class Woken { kByItself, kAtLast };

  /// Sleeps until `next` while `meanwhile` is done to the clock; says whether that ended the sleep.
  template <class Meanwhile>
  Woken sleep(base::Instant next, Meanwhile meanwhile) {
    return loop_.run(sleepBeside(next, meanwhile));
  }

  fakes::FakeClock clock_;
  base::LocalLoop loop_;
  SchedulerBell bell_{loop_, clock_};

 private:
  template <class Meanwhile>
  Task<Woken> sleepBeside(base::Instant next, Meanwhile meanwhile) {
    bell_.start();
    bool awake = false;
    bool atLast = false;
    bool over = false;
    move(meanwhile, awake, atLast, over);
    co_await bell_.until(next);
    awake = true;
    const bool late = atLast;
    const bool& moved = over;  // set by what runs beside
    while (!moved) co_await base::sleepFor(1ms);
    co_return late ? Woken::kAtLast : Woken::kByItself;
  }
  template <class Meanwhile>
  base::Detached move(Meanwhile meanwhile, const bool& awake, bool& atLast, bool& over) {
    co_await base::sleepFor(0ns);
    meanwhile();
    // Some hundred looks at the clock.
    for (int i = 0; i < 500 && !awake; ++i) co_await base::sleepFor(20ms);
    atLast = !awake;
    bell_.ring();
    over = true;
  }
};

TEST_F(SchedulerBellTest, WakesAtItsInstant) {
  EXPECT_EQ(sleep(clock_.now() + 1h, [this] { clock_.advance(1h); }), Woken::kByItself);
}

TEST_F(SchedulerBellTest, WakesWhenTheClockIsPutForward) {
  EXPECT_EQ(sleep(clock_.now() + 1h, [this] { clock_.set(clock_.now() + 2h); }), Woken::kByItself);
}

TEST_F(SchedulerBellTest, SleepsNoLongerWhenTheClockIsPutBack) {
  const auto putBack = [this] {
    clock_.set(clock_.now() - 24h);
    clock_.advance(1s);
  };
  EXPECT_EQ(sleep(clock_.now() + 1s, putBack), Woken::kByItself);
}

TEST_F(SchedulerBellTest, WakesForWhatIsDueBefore) {
  const auto due = clock_.now() + 1min;
  EXPECT_EQ(sleep(clock_.now() + 1h, [&] { bell_.ringBy(due); }), Woken::kByItself);
}

}  // namespace
}  // namespace sw::jobs
