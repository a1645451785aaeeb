#include "obs/watchdog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "obs/backtrace.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {

/// Where a test's thread blocks: a name that a backtrace finds.
__attribute__((noinline)) void blockTheLoopOfATest(const std::atomic<bool>& release) {
  while (!release.load()) {
  }
}

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

struct WatchdogTest : testing::Test {
  Instruments obs;
  LogCapture capture{obs};
  Health health{{}, obs.clock, obs.catalog, [] { return MemoryUse{}; }};
  ErrorReporter errors{obs.catalog, capture.log, health, obs.clock};
  Watchdog watchdog{{.patience = 5s}, obs.clock, health, errors};
  Heartbeat& loop = health.addLoop(label::LoopKind::kHttp, "http-0");

  std::string stalled() {
    return obs.sample("scheduling_event_loop_stalled_seconds{loop=\"http\"}");
  }
};

TEST_F(WatchdogTest, ShowsHowLongALoopHasBeenSilent) {
  loop.beat(0ns);
  watchdog.look();
  EXPECT_EQ(stalled(), "0");
  obs.clock.advance(1500ms);
  watchdog.look();
  EXPECT_EQ(stalled(), "1.5");
  EXPECT_THAT(capture.lines(), IsEmpty());
}

TEST_F(WatchdogTest, LogsWhereABlockedThreadIs) {
  std::atomic<bool> beaten{false};
  std::atomic<bool> release{false};
  std::thread thread([&] {
    loop.beat(0ns);
    beaten = true;
    blockTheLoopOfATest(release);
  });
  while (!beaten) std::this_thread::yield();
  obs.clock.advance(3s);
  watchdog.look();
  watchdog.look();
  auto lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(1)) << "one line for one silence";
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"WARN")"));
  EXPECT_THAT(lines[0], HasSubstr("event_loop_blocked"));
  EXPECT_THAT(lines[0], HasSubstr(R"("loop":"http-0")"));
#if !defined(__SANITIZE_THREAD__)  // it delays signals until the thread calls something
  EXPECT_THAT(lines[0], HasSubstr("unit_obs+0x"));
#endif

  obs.clock.advance(7s);
  watchdog.look();
  lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], HasSubstr(R"("level":"ERROR")"));
  EXPECT_THAT(lines[1], HasSubstr("event_loop_stuck"));
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="critical",component="process"})"), "1");
  EXPECT_EQ(health.live().status, 503);

  release = true;
  thread.join();
  loop.beat(0ns);
  watchdog.look();
  lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines[2], HasSubstr("An event loop runs again"));
  EXPECT_EQ(stalled(), "0");
}

TEST_F(WatchdogTest, WarnsOfALoopThatStuttersAtMostOnceInAWhile) {
  for (int i = 0; i < 3; ++i) {
    obs.clock.advance(3s);
    watchdog.look();
    loop.beat(0ns);
    watchdog.look();
  }
  EXPECT_THAT(capture.lines(), SizeIs(2));  // blocked, and runs again
  obs.clock.advance(30s);
  loop.beat(0ns);
  obs.clock.advance(3s);
  watchdog.look();
  EXPECT_THAT(capture.lines(), SizeIs(3));
}

TEST_F(WatchdogTest, SaysNothingOfALoopThatHasEnded) {
  loop.end();
  obs.clock.advance(1min);
  watchdog.look();
  EXPECT_THAT(capture.lines(), IsEmpty());
}

TEST_F(WatchdogTest, LooksOnAThreadOfItsOwnUntilItIsStopped) {
  Watchdog running({.interval = 1ms}, obs.clock, health, errors);
  running.start();
  obs.clock.advance(5s);
  while (capture.lines().empty()) std::this_thread::yield();
  running.stop();
  EXPECT_THAT(capture.lines().front(), HasSubstr("An event loop does not run"));
}

TEST(Backtrace, NamesWhereAnotherThreadIs) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer delays signals until the thread calls something";
#endif
  std::atomic<pid_t> number{0};
  std::atomic<bool> release{false};
  std::thread thread([&] {
    number = gettid();
    blockTheLoopOfATest(release);
  });
  while (number == 0) std::this_thread::yield();
  const auto stack = stackOf(number, 5s);
  release = true;
  thread.join();
  ASSERT_TRUE(stack.has_value());
  EXPECT_GT(stack->size, 2U);
  const auto frames = resolve(stack->frames());
  EXPECT_THAT(describeStack(frames), HasSubstr("unit_obs+0x"));
}

TEST(Backtrace, GivesUpOnAThreadThatIsNoMore) {
  std::atomic<pid_t> number{0};
  std::thread([&] { number = gettid(); }).join();
  EXPECT_FALSE(stackOf(number, 1s).has_value());
}

TEST(Backtrace, KnowsTheFilesThatAreLoaded) {
  const auto modules = loadedModules();
  ASSERT_GT(modules.size(), 2U);
  EXPECT_THAT(modules[0].path, HasSubstr("unit_obs"));
  EXPECT_THAT(modules[0].buildId, SizeIs(40));
  const auto here = reinterpret_cast<std::uintptr_t>(&blockTheLoopOfATest);
  EXPECT_GE(here, modules[0].begin);
  EXPECT_LT(here, modules[0].end);
}

}  // namespace
}  // namespace sw::obs
