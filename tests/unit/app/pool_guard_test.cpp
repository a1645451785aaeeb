#include "app/pool_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/obs/obs_fixture.h"

namespace sw::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

struct PoolGuardTest : testing::Test {
  obs::Instruments instruments;
  obs::LogCapture capture{instruments};
  obs::Health health{{}, instruments.clock, instruments.catalog, [] { return obs::MemoryUse{}; }};
  obs::ErrorReporter errors{instruments.catalog, capture.log, health, instruments.clock};
  sql::PoolUse read{.active = 4, .max = 4, .waiting = 2};
  sql::PoolUse write{.active = 0, .max = 1, .waiting = 0};
  bool progress = false;
  PoolGuard guard{[this](sql::Pool pool) { return pool == sql::Pool::kRead ? read : write; },
                  [this] { return progress; }, instruments.clock, errors};

  void lookFor(std::chrono::seconds time) {
    for (auto passed = 0s; passed < time; passed += 1s) {
      guard.look();
      instruments.clock.advance(1s);
    }
    guard.look();
  }
};

TEST_F(PoolGuardTest, FindsAPoolThatDoesNotDrain) {
  lookFor(59s);
  EXPECT_THAT(capture.lines(), IsEmpty());
  EXPECT_EQ(health.live().status, 200);
  lookFor(1s);
  ASSERT_THAT(capture.lines(), SizeIs(1));
  EXPECT_THAT(capture.lines()[0], HasSubstr("pool_exhausted"));
  EXPECT_THAT(capture.lines()[0], HasSubstr(R"("pool":"read")"));
  EXPECT_EQ(health.live().status, 503);
  lookFor(60s);
  EXPECT_THAT(capture.lines(), SizeIs(2));
}

TEST_F(PoolGuardTest, LeavesABusyPoolAlone) {
  progress = true;
  lookFor(300s);
  EXPECT_THAT(capture.lines(), IsEmpty());
}

TEST_F(PoolGuardTest, BeginsAnewWhenItDrainedInBetween) {
  lookFor(50s);
  read.waiting = 0;
  lookFor(1s);
  read.waiting = 1;
  lookFor(50s);
  EXPECT_THAT(capture.lines(), IsEmpty());
}

}  // namespace
}  // namespace sw::app
