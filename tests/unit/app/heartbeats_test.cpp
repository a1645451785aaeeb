#include "app/heartbeats.h"

#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "unit/obs/obs_fixture.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

/// A loop that does only what a test tells it to.
class ManualLoop final : public base::Loop {
 public:
  void post(std::coroutine_handle<> handle) override { next_ = handle; }
  void postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) override {
    delay_ = delay;
    next_ = handle;
  }
  void postWhenReady(int, Readiness, std::coroutine_handle<>) override {}

  /// Resumes what was posted last; answers after what delay it wants to be resumed again.
  std::chrono::nanoseconds turn() {
    setCurrent(this);
    std::exchange(next_, nullptr).resume();
    setCurrent(nullptr);
    return delay_;
  }

 private:
  std::coroutine_handle<> next_;
  std::chrono::nanoseconds delay_{};
};

TEST(Heartbeats, BeatEveryTenthOfASecondAndTellHowLateTheyCome) {
  obs::Instruments instruments;
  obs::Health health({}, instruments.clock, instruments.catalog, [] { return obs::MemoryUse{}; });
  ManualLoop loop;
  Heartbeats heartbeats(health, instruments.clock);
  heartbeats.watch(loop, "http-0");
  EXPECT_EQ(loop.turn(), obs::Heartbeat::kInterval);
  instruments.clock.advance(obs::Heartbeat::kInterval);
  loop.turn();
  EXPECT_EQ(
      instruments.sample("scheduling_event_loop_lag_seconds_bucket{loop=\"http\",le=\"0.0005\"}"),
      "2");
  instruments.clock.advance(obs::Heartbeat::kInterval + 20ms);
  loop.turn();
  EXPECT_EQ(
      instruments.sample("scheduling_event_loop_lag_seconds_bucket{loop=\"http\",le=\"0.01\"}"),
      "2");
  EXPECT_EQ(
      instruments.sample("scheduling_event_loop_lag_seconds_bucket{loop=\"http\",le=\"0.025\"}"),
      "3");
}

TEST(Heartbeats, MakeASilentLoopShowUntilItEnds) {
  obs::Instruments instruments;
  obs::Health health({}, instruments.clock, instruments.catalog, [] { return obs::MemoryUse{}; });
  health.setPhase(obs::Phase::kServing);
  ManualLoop loop;
  Heartbeats heartbeats(health, instruments.clock);
  heartbeats.watch(loop, "http-0");
  loop.turn();
  instruments.clock.advance(11s);
  EXPECT_EQ(health.live().status, 503);
  heartbeats.end();
  EXPECT_EQ(health.live().status, 200);
}

}  // namespace
}  // namespace sw::app
