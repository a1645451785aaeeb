#include <gtest/gtest.h>

#include "webhooks/event_filter.h"
#include "webhooks/lanes.h"
#include "webhooks/retry_schedule.h"

namespace sw::webhooks {
namespace {

using namespace std::chrono_literals;
using base::Instant;
using std::chrono::milliseconds;

constexpr Instant kStart{std::chrono::seconds(1767603600)};  // 2026-01-05T09:00:00Z

TEST(EventFilterTest, MatchesNamesAndPatterns) {
  EXPECT_TRUE(wantsEvent({"goal.created"}, "goal.created"));
  EXPECT_FALSE(wantsEvent({"goal.created"}, "goal.updated"));
  EXPECT_TRUE(wantsEvent({"goal.*"}, "goal.progress.updated"));
  EXPECT_FALSE(wantsEvent({"goal.*"}, "habit.created"));
  EXPECT_TRUE(wantsEvent({"habit.*", "calendar.event.*"}, "calendar.event.deleted"));
  EXPECT_FALSE(wantsEvent({"calendar.event.*"}, "calendar.created"));
  EXPECT_TRUE(wantsEvent({"*"}, "reminder.sent"));
  EXPECT_FALSE(wantsEvent({}, "goal.created"));
}

TEST(EventFilterTest, NeverMatchesWhatIsForTheUserAlone) {
  EXPECT_FALSE(wantsEvent({"*"}, "settings.updated"));
  EXPECT_FALSE(wantsEvent({"*"}, "webhook.created"));
  EXPECT_FALSE(wantsEvent({"*"}, kPingType));
  EXPECT_FALSE(isEventPattern("settings.*"));
  EXPECT_FALSE(isEventPattern("webhook.ping"));
}

TEST(EventFilterTest, TakesPatternsThatNameSomething) {
  for (const char* good : {"*", "goal.*", "goal.created", "calendar.event.*", "calendar.*"}) {
    EXPECT_TRUE(isEventPattern(good)) << good;
  }
  for (const char* bad : {"", "goal", "goal.", "goal*", "*.created", "goal.created.*", "g.*",
                          "Goal.*", "goal.**", ".*", "goal.*.updated"}) {
    EXPECT_FALSE(isEventPattern(bad)) << bad;
  }
}

TEST(RetryScheduleTest, WaitsLongerEachTimeUpToSixHours) {
  EXPECT_EQ(RetrySchedule::wait(1), 5s);
  EXPECT_EQ(RetrySchedule::wait(2), 30s);
  EXPECT_EQ(RetrySchedule::wait(10), 6h);
  EXPECT_EQ(RetrySchedule::wait(1000), 6h);
  for (int i = 2; i <= 10; ++i) EXPECT_GT(RetrySchedule::wait(i), RetrySchedule::wait(i - 1));
}

TEST(RetryScheduleTest, StretchesTheWaitByAFifthEitherWay) {
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 0s, 0), kStart + 4s);
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 0s, 0.5), kStart + 5s);
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 0s, 1), kStart + 6s);
}

TEST(RetryScheduleTest, ObeysRetryAfterWhenItIsLonger) {
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 90s, 0.5), kStart + 90s);
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 1s, 0.5), kStart + 5s);
}

TEST(RetryScheduleTest, TriesALastTimeAtTheEndOfTheWindow) {
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart + 23h, 11, 0s, 0.5), kStart + 24h);
  EXPECT_EQ(*RetrySchedule::next(kStart, kStart, 1, 100h, 0.5), kStart + 24h);
  EXPECT_FALSE(RetrySchedule::next(kStart, kStart + 24h, 12, 0s, 0.5).has_value());
}

TEST(RetryScheduleTest, TriesAboutAsOftenInADayWhateverTheJitter) {
  for (const double jitter : {0.0, 0.5, 1.0}) {
    int attempts = 0;
    std::optional<Instant> at = kStart;
    while (at && attempts < 100) {
      ++attempts;
      at = RetrySchedule::next(kStart, *at, attempts, 0s, jitter);
    }
    EXPECT_GE(attempts, 12) << jitter;
    EXPECT_LE(attempts, 15) << jitter;
  }
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  EXPECT_EQ(readRetryAfter("120", kStart), 120s);
  EXPECT_EQ(readRetryAfter("Mon, 05 Jan 2026 09:01:00 GMT", kStart), 60s);
  EXPECT_EQ(readRetryAfter("Mon, 05 Jan 2026 08:00:00 GMT", kStart), 0s);
  EXPECT_EQ(readRetryAfter("999999999", kStart), 24h);
  for (const char* none : {"", "soon", "-5", "1.5", "Mon, 05 Jan 2026 09:01:00"}) {
    EXPECT_EQ(readRetryAfter(none, kStart), 0s) << none;
  }
}

class LanesTest : public ::testing::Test {
 protected:
  /// How many of `count` messages may go now.
  int enter(const base::Uuid& webhook, int count) {
    int in = 0;
    for (int i = 0; i < count; ++i) in += lanes_.enter(webhook, now_) ? 0 : 1;
    return in;
  }
  bool fail(const base::Uuid& webhook) {
    EXPECT_EQ(enter(webhook, 1), 1);
    return lanes_.leave(webhook, now_, {.took = 10s});
  }
  static base::Uuid id(std::uint8_t number) {
    base::Uuid made;
    made.bytes.back() = number;
    return made;
  }

  Lanes lanes_{{.most = 2, .failures = 3, .firstPause = 30s, .longestPause = 100s}};
  base::Monotonic now_{1h};
};

TEST_F(LanesTest, LetsEachWebhookHaveItsShare) {
  EXPECT_EQ(enter(id(1), 5), 2);
  EXPECT_EQ(enter(id(2), 5), 2);
  lanes_.leave(id(1), now_, {.delivered = true, .took = 50ms});
  EXPECT_EQ(enter(id(1), 5), 1);
}

TEST_F(LanesTest, SpreadsWhatWaitsByTheTimeAMessageTakes) {
  ASSERT_EQ(enter(id(1), 2), 2);
  lanes_.leave(id(1), now_, {.delivered = true, .took = 8s});
  ASSERT_EQ(enter(id(1), 1), 1);
  const auto first = lanes_.enter(id(1), now_);
  const auto second = lanes_.enter(id(1), now_);
  ASSERT_TRUE(first && second);
  EXPECT_GT(*first, 500ms);
  EXPECT_GT(*second, *first + 500ms);
  std::optional<milliseconds> last;
  for (int i = 0; i < 10000; ++i) last = lanes_.enter(id(1), now_);
  EXPECT_LE(*last, 5min);
}

TEST_F(LanesTest, OpensAfterFailuresInARowAndLetsOneTestTheTarget) {
  EXPECT_FALSE(fail(id(1)));
  EXPECT_FALSE(fail(id(1)));
  EXPECT_EQ(lanes_.open(), 0U);
  EXPECT_TRUE(fail(id(1)));
  EXPECT_EQ(lanes_.open(), 1U);
  const auto wait = lanes_.enter(id(1), now_);
  ASSERT_TRUE(wait.has_value());
  EXPECT_GE(*wait, 30s);
  EXPECT_EQ(enter(id(2), 1), 1);
  now_ += 31s;
  EXPECT_EQ(enter(id(1), 5), 1);
  EXPECT_FALSE(lanes_.leave(id(1), now_, {.took = 1s}));
  now_ += 31s;
  EXPECT_EQ(enter(id(1), 1), 0);  // it is left alone for twice as long now
  now_ += 31s;
  EXPECT_EQ(enter(id(1), 5), 1);
  lanes_.leave(id(1), now_, {.delivered = true, .took = 1s});
  EXPECT_EQ(lanes_.open(), 0U);
  now_ += 5min;
  EXPECT_EQ(enter(id(1), 5), 2);
}

TEST_F(LanesTest, LeavesATargetAloneForAsLongAsItAsks) {
  ASSERT_EQ(enter(id(1), 1), 1);
  lanes_.leave(id(1), now_, {.took = 1ms, .retryAfter = 90s});
  EXPECT_EQ(lanes_.open(), 0U);
  EXPECT_EQ(enter(id(1), 1), 0);
  now_ += 91s;
  EXPECT_EQ(enter(id(1), 1), 1);
}

TEST_F(LanesTest, ForgetsWebhooksThatAreIdleAndWell) {
  for (int i = 0; i < 5000; ++i) {
    base::Uuid webhook;
    webhook.bytes[0] = static_cast<std::uint8_t>(i & 0xFF);
    webhook.bytes[1] = static_cast<std::uint8_t>(i >> 8);
    now_ += 1s;
    ASSERT_EQ(enter(webhook, 1), 1);
    lanes_.leave(webhook, now_, {.delivered = i % 2 == 0, .took = 1ms});
  }
  // Every other one failed once; those that did so long ago are forgotten when there are many.
  EXPECT_LT(lanes_.size(), 2500U);
}

}  // namespace
}  // namespace sw::webhooks
