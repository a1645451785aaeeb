#include "app/commands/progress.h"

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

TEST(ProgressBar, IsSilentForHalfASecond) {
  const fakes::FakeClock clock;
  ProgressBar bar("importing", clock, true);
  EXPECT_FALSE(bar.lineAt(clock.monotonic() + 499ms, 1, 4));
  EXPECT_EQ(bar.lineAt(clock.monotonic() + 500ms, 1, 4),
            "importing [#######                       ] 25 %");
}

TEST(ProgressBar, DrawsTenTimesASecondAtMost) {
  const fakes::FakeClock clock;
  ProgressBar bar("importing", clock, true);
  ASSERT_TRUE(bar.lineAt(clock.monotonic() + 600ms, 1, 4));
  EXPECT_FALSE(bar.lineAt(clock.monotonic() + 699ms, 2, 4));
  EXPECT_TRUE(bar.lineAt(clock.monotonic() + 700ms, 2, 4));
}

TEST(ProgressBar, SaysHowMuchWhenTheWholeIsUnknown) {
  const fakes::FakeClock clock;
  ProgressBar bar("exporting", clock, true);
  EXPECT_EQ(bar.lineAt(clock.monotonic() + 1s, 4096, 0), "exporting 4096");
}

TEST(ProgressBar, StaysWithinItsCells) {
  const fakes::FakeClock clock;
  ProgressBar bar("x", clock, true);
  EXPECT_EQ(bar.lineAt(clock.monotonic() + 1s, 9, 4), "x [##############################] 100 %");
}

TEST(ProgressBar, IsNotThereWhenNobodyWatches) {
  const fakes::FakeClock clock;
  ProgressBar bar("importing", clock, false);
  EXPECT_FALSE(bar.lineAt(clock.monotonic() + 1h, 1, 4));
}

}  // namespace
}  // namespace sw::app
