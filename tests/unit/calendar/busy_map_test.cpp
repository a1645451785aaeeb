#include "calendar/busy_map.h"

#include <gtest/gtest.h>

#include <random>

namespace sw::calendar {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

base::UtcSeconds at(int minute, int second = 0) {
  return base::UtcSeconds(minutes(minute) + seconds(second));
}

std::vector<Interval> freeOf(const BusyMap& map, int shortest = 1) {
  std::vector<Interval> out;
  map.eachFree(minutes(shortest), [&](Interval free) {
    out.push_back(free);
    return true;
  });
  return out;
}

TEST(BusyMap, IsFreeThroughoutAtFirst) {
  const BusyMap map(at(0), at(1000));
  EXPECT_EQ(freeOf(map), (std::vector<Interval>{{at(0), at(1000)}}));
}

TEST(BusyMap, RoundsWhatIsTakenOutwards) {
  BusyMap map(at(0), at(120));
  map.take({at(10, 59), at(20, 1)});
  EXPECT_EQ(freeOf(map), (std::vector<Interval>{{at(0), at(10)}, {at(21), at(120)}}));
}

TEST(BusyMap, WidensByBuffersAndCutsAtItsRange) {
  BusyMap map(at(0), at(100));
  map.take({at(5), at(10)}, minutes(30), minutes(5));
  map.take({at(95), at(500)});
  map.take({at(-50), at(-40)});
  EXPECT_EQ(freeOf(map), (std::vector<Interval>{{at(15), at(95)}}));
}

TEST(BusyMap, LeavesOutStretchesThatAreTooShort) {
  BusyMap map(at(0), at(100));
  map.take({at(10), at(20)});
  map.take({at(30), at(90)});
  EXPECT_EQ(freeOf(map, 11), (std::vector<Interval>{}));
  EXPECT_EQ(freeOf(map, 10).size(), 3U);
}

TEST(BusyMap, StopsWhenTheVisitorHasEnough) {
  BusyMap map(at(0), at(100));
  map.take({at(10), at(20)});
  int seen = 0;
  map.eachFree(minutes(1), [&](Interval) { return ++seen < 1; });
  EXPECT_EQ(seen, 1);
}

TEST(BusyMap, AgreesWithIntervalsForRandomCalendars) {
  const int seed = ::testing::UnitTest::GetInstance()->random_seed();
  std::mt19937 random(static_cast<unsigned>(seed) + 1);
  for (int round = 0; round < 200; ++round) {
    const int length = std::uniform_int_distribution(1, 2000)(random);
    BusyMap mine(at(0), at(length));
    BusyMap theirs(at(0), at(length));
    std::vector<Interval> intervals;
    for (int i = 0; i < 20; ++i) {
      const int start = std::uniform_int_distribution(-100, length + 100)(random);
      const Interval busy{at(start), at(start + std::uniform_int_distribution(0, 90)(random))};
      (i % 2 == 0 ? mine : theirs).take(busy);
      intervals.push_back(busy);
    }
    mine.join(theirs);
    mergeIntervals(intervals);
    EXPECT_EQ(freeOf(mine), gapsBetween(intervals, at(0), at(length))) << "round " << round;
    for (const Interval& free : freeOf(mine)) EXPECT_TRUE(mine.isFree(free));
  }
}

TEST(BusyMap, FreesWorkingHoursOutOfATakenRange) {
  BusyMap map(at(0), at(100));
  map.takeAll();
  map.release({at(20, 30), at(40, 30)});
  EXPECT_EQ(freeOf(map), (std::vector<Interval>{{at(21), at(40)}}));
  EXPECT_FALSE(map.isFree({at(20), at(22)}));
}

}  // namespace
}  // namespace sw::calendar
